// Command forged stands in a worker's place and lies. It shakes hands as the
// worker does; what it says after that is named by the file /plugin/mode: a
// part, a colon and a lie. Whatever no lie is about it does well, without any
// Python: it answers load, and each call with {}.
package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"plugforge/internal/workerapi"
)

func main() {
	mode, err := os.ReadFile("/plugin/mode")
	if err != nil {
		panic(err)
	}
	part, lie, _ := strings.Cut(strings.TrimSpace(string(mode)), ": ")
	control := os.NewFile(workerapi.ControlFD, "control")
	calls := os.NewFile(workerapi.CallsFD, "calls")
	fmt.Println("1|1|unix|/run/worker/plugin1|grpc|")
	if part == "control" {
		garble(control, lie)
	}
	conn, err := net.FileConn(control)
	if err != nil {
		panic(err)
	}
	f := &forger{part: part, lie: lie, calls: calls, conn: conn}
	go f.frames()
	server := grpc.NewServer(grpc.ForceServerCodec(bytesCodec{}), grpc.UnknownServiceHandler(f.answer))
	_ = server.Serve(&listener{conns: make(chan net.Conn), first: conn})
	select {}
}

// garble has no gRPC at all.
func garble(control *os.File, lie string) {
	zeros := make([]byte, 64<<10)
	switch lie {
	case "zeros for ever":
		for {
			_, _ = control.Write(zeros)
		}
	case "a frame of 16 MB":
		_, _ = control.Write([]byte{0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0})
	case "settings for ever":
		for {
			_, _ = control.Write([]byte{0, 0, 0, 4, 0, 0, 0, 0, 0})
		}
	case "text":
		_, _ = io.WriteString(control, "HTTP/1.1 200 OK\r\n\r\n")
	case "close":
		_ = control.Close()
	}
	time.Sleep(time.Hour)
}

type forger struct {
	part, lie string
	calls     *os.File
	conn      net.Conn
}

// value is a BytesValue that holds text.
func value(text string) []byte {
	return append(binary.AppendUvarint([]byte{0x0a}, uint64(len(text))), text...)
}

func (f *forger) answer(_ any, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	name := path.Base(method)
	if name == "StreamStdio" || name == "StartStream" {
		<-stream.Context().Done()
		return nil
	}
	var in []byte
	if err := stream.RecvMsg(&in); err != nil {
		return err
	}
	if strings.EqualFold(name, f.part) {
		return f.forge(stream)
	}
	switch name {
	case "Check":
		return stream.SendMsg([]byte{0x08, 1})
	case "Start":
		return stream.SendMsg(value(`{"PID":7}`))
	case "Status":
		return stream.SendMsg(value(`{"Running":true}`))
	}
	return stream.SendMsg(value("{}"))
}

func (f *forger) forge(stream grpc.ServerStream) error {
	switch f.lie {
	case "no JSON":
		return stream.SendMsg(value("\x00\xff"))
	case "a list":
		return stream.SendMsg(value("[1,2]"))
	case "nesting":
		return stream.SendMsg(value(strings.Repeat("[", 400_000)))
	case "numbers beyond":
		return stream.SendMsg(value(`{"PID":-1,"Signal":1000000000000,"ExitCode":-9223372036854775808,"RSSBytes":1e400}`))
	case "a signal beyond":
		return stream.SendMsg(value(`{"Running":false,"Signal":1000000000,"ExitCode":-5}`))
	case "nothing":
		return stream.SendMsg([]byte{})
	case "no protobuf":
		return stream.SendMsg([]byte{0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f})
	case "16 MB":
		return stream.SendMsg(value(strings.Repeat(" ", 16<<20)))
	case "an error of 1 MB":
		return status.Error(codes.Internal, strings.Repeat("\x1b[31m", 200_000))
	case "an unknown code":
		return status.Error(codes.Code(4_000_000_000), "x")
	case "two answers":
		_ = stream.SendMsg(value("{}"))
		return stream.SendMsg(value("{}"))
	case "never":
		<-stream.Context().Done()
	case "close":
		_ = f.conn.Close()
	}
	return nil
}

// frame types that a replica sends; see frames.go.
const (
	ready, loadFailed, text, list64, float64s = 16, 17, 18, 19, 20
	raised, badRequest, pong, meta            = 24, 25, 28, 29
	more                                      = 1
)

func frame(kind, flags byte, call uint64, payload string) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(payload)))
	b = append(b, kind, flags, 0, 0)
	return append(binary.LittleEndian.AppendUint64(b, call), payload...)
}

// frames is the end of the call socket that Python has otherwise.
func (f *forger) frames() {
	if f.part == "early" {
		f.lying(1)
	}
	for {
		head := make([]byte, 16)
		if _, err := io.ReadFull(f.calls, head); err != nil {
			return
		}
		_, _ = io.CopyN(io.Discard, f.calls, int64(binary.LittleEndian.Uint32(head)))
		id := binary.LittleEndian.Uint64(head[8:])
		switch kind := head[4]; {
		case kind == 1 && f.part == "load", kind == 2 && f.part == "call":
			f.lying(id)
		case kind == 1:
			_, _ = f.calls.Write(frame(ready, 0, 0, `{"inference":"X"}`))
		case kind == 2:
			_, _ = f.calls.Write(frame(text, 0, id, "{}"))
		case kind == 4:
			_, _ = f.calls.Write(frame(pong, 0, 0, ""))
		}
	}
}

func (f *forger) lying(id uint64) {
	send := func(b []byte) error { _, err := f.calls.Write(b); return err }
	forever := func(b []byte) {
		for send(b) == nil {
		}
	}
	big := strings.Repeat("x", 256<<10)
	switch f.lie {
	case "garbage":
		forever([]byte("\x13\x37 this is no frame"))
	case "zeros for ever":
		forever(make([]byte, 4096))
	case "a length beyond":
		_ = send([]byte{0xff, 0xff, 0xff, 0xff, text, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0})
	case "one byte more than a frame holds":
		_ = send(frame(text, 0, id, big+"x"))
	case "half a header":
		_ = send([]byte{2, 0, 0})
	case "half a payload":
		_ = send(frame(text, 0, id, "{}")[:17])
	case "half a frame, then close":
		_ = send(frame(text, 0, id, "{}")[:17])
		_ = f.calls.Close()
	case "close":
		_ = f.calls.Close()
	case "type 0":
		_ = send(frame(0, 0, id, ""))
	case "a call of its own":
		_ = send(frame(2, 0, id, "{}"))
	case "unknown flags":
		_ = send(frame(text, 0xfe, id, "{}"))
	case "bytes that must be zero":
		_ = send([]byte{0, 0, 0, 0, text, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0})
	case "ready twice":
		_ = send(append(frame(ready, 0, 0, `{}`), frame(ready, 0, 0, `{}`)...))
	case "ready and failed":
		_ = send(append(frame(ready, 0, 0, `{}`), frame(loadFailed, 0, 0, `{}`)...))
	case "ready, no JSON":
		_ = send(frame(ready, 0, 0, "no"))
	case "failed, no JSON":
		_ = send(frame(loadFailed, 0, 0, "\x00"))
	case "failed, nested":
		_ = send(frame(loadFailed, 0, 0, strings.Repeat("[", 200_000)))
	case "failed, 200 KB of escapes":
		_ = send(frame(loadFailed, 0, 0, `{"type":"`+strings.Repeat(`\u001b`, 20_000)+`","message":"x"}`))
	case "an answer for every id":
		for n := uint64(1); send(frame(text, 0, n+1_000_000, "{}")) == nil; n++ {
		}
	case "pings answered for ever":
		forever(frame(pong, 0, 0, ""))
	case "an answer that never ends":
		forever(frame(text, more, id, big))
	case "empty pieces for ever":
		forever(frame(text, more, id, ""))
	case "types for ever":
		forever(frame(meta, 0, id, `{"type":"x"}`))
	case "half a float":
		_ = send(frame(float64s, 0, id, "1234"))
	case "a float without its letter":
		_ = send(frame(list64, 0, id, "xxxxxxxxx"))
	case "not a number":
		_ = send(frame(float64s, 0, id, "\x00\x00\x00\x00\x00\x00\xf8\x7f"))
	case "raised, no JSON":
		_ = send(frame(raised, 0, id, "no"))
	case "raised, goes on":
		_ = send(frame(raised, more, id, "{}"))
	case "a bad request of 256 KB":
		_ = send(frame(badRequest, 0, id, strings.Repeat("\x1b\xff", 128<<10)))
	case "answered twice":
		_ = send(append(frame(text, 0, id, "{}"), frame(text, 0, id, "{}")...))
	}
}

// bytesCodec passes messages as they are.
type bytesCodec struct{}

func (bytesCodec) Marshal(v any) ([]byte, error)      { return v.([]byte), nil }
func (bytesCodec) Unmarshal(data []byte, v any) error { *v.(*[]byte) = data; return nil }
func (bytesCodec) Name() string                       { return "proto" }

// listener has one connection to give.
type listener struct {
	conns chan net.Conn
	first net.Conn
}

func (l *listener) Accept() (net.Conn, error) {
	if c := l.first; c != nil {
		l.first = nil
		return c, nil
	}
	return <-l.conns, nil
}

func (l *listener) Close() error   { return nil }
func (l *listener) Addr() net.Addr { return &net.UnixAddr{Name: "control", Net: "unix"} }
