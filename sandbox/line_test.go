package sandbox

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"plugforge"
)

// rawFrame is a frame as a replica might send it, right or wrong.
func rawFrame(size uint32, kind frameType, flags byte, call uint64, payload string) []byte {
	b := binary.LittleEndian.AppendUint32(nil, size)
	b = append(b, byte(kind), flags, 0, 0)
	b = binary.LittleEndian.AppendUint64(b, call)
	return append(b, payload...)
}

func good(kind frameType, flags byte, call uint64, payload string) []byte {
	return rawFrame(uint32(len(payload)), kind, flags, call, payload)
}

// fakeReplica is the other end of a line, in the test's hand.
func fakeReplica(t testing.TB, limit int) (*line, net.Conn, chan error) {
	ours, theirs := net.Pipe()
	l := newLine(ours, limit)
	broken := make(chan error, 1)
	l.broken = func(err error) { broken <- err }
	l.stuck = func(*pendingCall) {}
	l.run()
	t.Cleanup(func() { l.end(nil, false); _ = theirs.Close() })
	return l, theirs, broken
}

func TestLineBreaksOn(t *testing.T) {
	t.Parallel()
	many := bytes.Repeat(good(frameText, 0, 77, "x"), unknownMax+1)
	for name, sent := range map[string][]byte{
		"a length past the bound":     rawFrame(frameMax+1, frameText, 0, 1, ""),
		"the largest length":          rawFrame(1<<32-1, frameText, 0, 1, ""),
		"an unknown type":             good(99, 0, 1, ""),
		"a type between the groups":   good(frameFloat32+1, 0, 1, ""),
		"a type of the host's own":    good(frameCall, 0, 1, "{}"),
		"unknown flags":               good(frameText, 0x80, 1, ""),
		"an error that goes on":       good(frameRaised, flagMore, 1, "{}"),
		"half a float":                good(frameFloat64, 0, 1, "1234"),
		"bytes that must be zero":     {0, 0, 0, 0, byte(frameText), 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0},
		"ready though nothing loads":  good(frameReady, 0, 0, `{"inference":"X"}`),
		"an unreadable exception":     good(frameRaised, 0, 1, "not JSON"),
		"an unreadable type":          good(frameMeta, 0, 1, "["),
		"answers to calls never made": many,
	} {
		l, theirs, broken := fakeReplica(t, 1<<20)
		c, err := l.begin()
		if err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = theirs.Write(sent) }()
		select {
		case err := <-broken:
			if !errors.Is(err, errFrame) {
				t.Errorf("%s: ended with %v", name, err)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%s: the line lives", name)
		}
		<-c.done
		if plugforge.CodeOf(c.err) != plugforge.CodeUnavailable {
			t.Errorf("%s: the call under way got %v", name, c.err)
		}
	}
}

func TestLineBears(t *testing.T) {
	t.Parallel()
	l, theirs, _ := fakeReplica(t, 1<<20)
	c, err := l.begin()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for _, b := range [][]byte{
			good(frameText, 0, 12345, "an id never issued"),
			good(framePong, 0, 9, ""),
			good(frameText, flagMore, c.id, `{"a":`),
			good(frameText, 0, c.id, `1}`),
			good(frameText, 0, c.id, `an answer twice`),
		} {
			_, _ = theirs.Write(b)
		}
	}()
	<-c.done
	if got, err := assemble(c.parts, 100); err != nil || string(got) != `{"a":1}` {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestLineBoundsAnAnswer(t *testing.T) {
	t.Parallel()
	for name, piece := range map[string]string{"of data": strings.Repeat("x", 1000), "of empty frames": ""} {
		l, theirs, _ := fakeReplica(t, 100_000)
		c, err := l.begin()
		if err != nil {
			t.Fatal(err)
		}
		frame := good(frameText, flagMore, c.id, piece)
		go func() {
			for range 5000 {
				if _, err := theirs.Write(frame); err != nil {
					return
				}
			}
		}()
		select {
		case <-c.done:
		case <-time.After(5 * time.Second):
			t.Fatalf("%s: never refused", name)
		}
		if !errors.Is(c.err, errTooLarge) || len(c.parts) != 0 {
			t.Errorf("%s: got %v with %d parts", name, c.err, len(c.parts))
		}
	}
}

// FuzzLine feeds a line what a replica might forge: it must neither panic nor
// hang, and every call must end.
func FuzzLine(f *testing.F) {
	f.Add(good(frameText, 0, 1, `{}`))
	f.Add(append(good(frameText, flagMore, 1, `{"a":`), good(frameList64, 0, 1, "g12345678")...))
	f.Add(append(good(frameMeta, 0, 1, `{"type":"dict"}`), good(frameRaised, 0, 1, `{"type":"E","message":"m","traceback":"t"}`)...))
	f.Add(good(frameReady, 0, 0, `{"inference":"A"}`))
	f.Add(rawFrame(1<<31, frameText, 1, 1, "short"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		ours, theirs := net.Pipe()
		l := newLine(ours, 4096)
		l.broken, l.stuck = func(error) {}, func(*pendingCall) {}
		l.loading = true
		l.run()
		c, err := l.begin()
		if err != nil {
			t.Fatal(err)
		}
		_ = theirs.SetDeadline(time.Now().Add(5 * time.Second))
		_, _ = theirs.Write(sent)
		_ = theirs.Close()
		<-c.done
		if c.err == nil {
			_, _ = assemble(c.parts, 4096)
		}
		<-l.over
	})
}
