package workerapi

import (
	"io"
	"net"
	"sync"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
)

// Serve is the worker's end: it shakes hands on standard output, then answers
// on conn until the host goes away or asks for the end. It exits the process
// when no host started it.
func Serve(impl Control, conn net.Conn) {
	line := &lifeline{Conn: conn, over: make(chan struct{})}
	served := make(chan struct{})
	go func() {
		defer close(served)
		serve(impl, line)
	}()
	select {
	case <-served:
	case <-line.over:
	}
}

// lifeline tells when the connection has ended, which go-plugin does not ask.
type lifeline struct {
	net.Conn
	once sync.Once
	over chan struct{}
}

func (l *lifeline) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if err != nil {
		l.once.Do(func() { close(l.over) })
	}
	return n, err
}

func serve(impl Control, conn net.Conn) {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: handshake(),
		Plugins: plugin.PluginSet{pluginName: &controlPlugin{
			impl:       impl,
			registered: func(s *grpc.Server) { go func() { _ = s.Serve(newOnce(conn)) }() },
		}},
		Logger: hclog.New(&hclog.LoggerOptions{Output: io.Discard, Level: hclog.Off}),
		GRPCServer: func(opts []grpc.ServerOption) *grpc.Server {
			opts = append(opts, grpc.MaxRecvMsgSize(MessageMax), grpc.MaxSendMsgSize(MessageMax))
			return grpc.NewServer(opts...)
		},
	})
}

// once is a listener that has one connection to give and then waits to be
// closed.
type once struct {
	conns chan net.Conn
	addr  net.Addr
	close sync.Once
	over  chan struct{}
}

func newOnce(conn net.Conn) *once {
	l := &once{conns: make(chan net.Conn, 1), addr: conn.LocalAddr(), over: make(chan struct{})}
	l.conns <- conn
	return l
}

func (l *once) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.over:
		return nil, net.ErrClosed
	}
}

func (l *once) Close() error {
	l.close.Do(func() { close(l.over) })
	return nil
}

func (l *once) Addr() net.Addr { return l.addr }
