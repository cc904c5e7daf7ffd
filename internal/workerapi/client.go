package workerapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"path"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/runner"
	"google.golang.org/grpc"
)

// Process is how the host's end starts and ends a worker. Stdout and Stderr
// must reach their end when the process is gone, whoever else holds them.
type Process interface {
	Start(env []string) error // env is all that the worker may find in its environment
	Stdout() io.ReadCloser
	Stderr() io.ReadCloser
	Wait() error
	Kill() error
	ID() string // for logs
}

// Client is the host's end of one worker.
type Client struct {
	Control
	client  *plugin.Client
	process Process
	conn    net.Conn
	health  func() error
}

// Options are what Start needs.
type Options struct {
	Process Process
	Conn    net.Conn  // the host's end of the worker's ControlFD
	Log     io.Writer // gets the lines of the worker's standard error
	TempDir string    // for go-plugin's folder; removed by the caller
	Timeout time.Duration
}

// Start starts the worker and shakes hands. When ctx ends first the process
// is killed. After an error the process is killed and may not yet be gone.
func Start(ctx context.Context, o Options) (*Client, error) {
	c := &Client{process: o.Process, conn: o.Conn}
	var dialled atomic.Bool
	dial := func(context.Context, string) (net.Conn, error) {
		if dialled.Swap(true) {
			return nil, errors.New("the worker's connection is gone")
		}
		return o.Conn, nil
	}
	c.client = plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  handshake(),
		Plugins:          plugin.PluginSet{pluginName: &controlPlugin{}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		SkipHostEnv:      true,
		StartTimeout:     o.Timeout,
		Stderr:           o.Log,
		Logger:           hclog.NewNullLogger(),
		UnixSocketConfig: &plugin.UnixSocketConfig{TempDir: o.TempDir},
		RunnerFunc: func(_ hclog.Logger, cmd *exec.Cmd, _ string) (runner.Runner, error) {
			return &processRunner{Process: o.Process, env: cmd.Env}, nil
		},
		GRPCDialOptions: []grpc.DialOption{
			grpc.WithContextDialer(dial),
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(MessageMax), grpc.MaxCallSendMsgSize(MessageMax)),
		},
	})
	// go-plugin's Start knows no context: when ctx ends, the process does.
	stop := context.AfterFunc(ctx, func() { _ = o.Process.Kill() })
	defer stop()
	if err := c.connect(); err != nil {
		_ = o.Process.Kill()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	return c, nil
}

func (c *Client) connect() error {
	protocol, err := c.client.Client()
	if err != nil {
		return err
	}
	raw, err := protocol.Dispense(pluginName)
	if err != nil {
		return err
	}
	control, ok := raw.(remote)
	if !ok {
		return fmt.Errorf("go-plugin dispensed %T", raw)
	}
	c.Control, c.health = control, protocol.Ping
	return nil
}

// Healthy asks the worker's health service; it errs when ctx ends first.
func (c *Client) Healthy(ctx context.Context) error {
	answer := make(chan error, 1)
	go func() { answer <- c.health() }()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close asks the worker to exit, kills what has not gone within a second, and
// frees what go-plugin holds for it. It does not wait longer than a few
// seconds. A sandbox whose worker exits is reaped from within; one that is
// killed leaves its inner processes to the machine's init.
func (c *Client) Close() {
	over := make(chan struct{})
	go func() {
		defer close(over)
		c.client.Kill()
	}()
	select {
	case <-over:
	case <-time.After(time.Second):
	}
	_ = c.process.Kill()
	_ = c.conn.Close()
	select {
	case <-over:
	case <-time.After(3 * time.Second):
	}
}

// processRunner is a Process as go-plugin wants one.
type processRunner struct {
	Process
	env []string
}

func (r *processRunner) Start(context.Context) error     { return r.Process.Start(r.env) }
func (r *processRunner) Wait(context.Context) error      { return r.Process.Wait() }
func (r *processRunner) Kill(context.Context) error      { return r.Process.Kill() }
func (r *processRunner) Name() string                    { return "plugforge-worker" }
func (r *processRunner) Diagnose(context.Context) string { return "" }

// PluginToHost accepts only the address that our worker announces. It is not
// dialled all the same.
func (r *processRunner) PluginToHost(network, addr string) (string, string, error) {
	if network != "unix" || path.Clean(addr) != addr || len(addr) > 200 {
		return "", "", fmt.Errorf("the worker announced the address %q %q, which is not its own", network, addr)
	}
	return network, addr, nil
}

func (r *processRunner) HostToPlugin(network, addr string) (string, string, error) {
	return network, addr, nil
}
