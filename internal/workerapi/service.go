package workerapi

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const (
	serviceName = "plugforge.worker.Control"
	pluginName  = "worker"
)

func handshake() plugin.HandshakeConfig {
	return plugin.HandshakeConfig{
		ProtocolVersion:  1,
		MagicCookieKey:   "PLUGFORGE_WORKER",
		MagicCookieValue: "1f0c6a5d8be24b7c",
	}
}

type (
	statusRequest struct{ Wait time.Duration }
	stopRequest   struct{ Grace time.Duration }
	nothing       struct{}
)

// serviceDesc is the control service, each message JSON in a BytesValue.
func serviceDesc() *grpc.ServiceDesc {
	return &grpc.ServiceDesc{
		ServiceName: serviceName,
		HandlerType: (*Control)(nil),
		Methods: []grpc.MethodDesc{
			method("Start", func(ctx context.Context, c Control, r StartRequest) (StartReply, error) {
				return c.Start(ctx, r)
			}),
			method("Status", func(ctx context.Context, c Control, r statusRequest) (Status, error) {
				return c.Status(ctx, r.Wait)
			}),
			method("Stop", func(ctx context.Context, c Control, r stopRequest) (nothing, error) {
				return nothing{}, c.Stop(ctx, r.Grace)
			}),
		},
	}
}

func method[Req, Reply any](name string, do func(context.Context, Control, Req) (Reply, error)) grpc.MethodDesc {
	handler := func(srv any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		var in wrapperspb.BytesValue
		if err := decode(&in); err != nil {
			return nil, err
		}
		var request Req
		if err := json.Unmarshal(in.GetValue(), &request); err != nil {
			return nil, fmt.Errorf("read %s request: %w", name, err)
		}
		reply, err := do(ctx, srv.(Control), request)
		if err != nil {
			return nil, err
		}
		out, err := json.Marshal(reply)
		if err != nil {
			return nil, err
		}
		return wrapperspb.Bytes(out), nil
	}
	return grpc.MethodDesc{MethodName: name, Handler: handler}
}

// remote is Control at the other end of a connection.
type remote struct{ conn *grpc.ClientConn }

func invoke[Reply any](ctx context.Context, r remote, name string, request any) (Reply, error) {
	var reply Reply
	in, err := json.Marshal(request)
	if err != nil {
		return reply, err
	}
	var out wrapperspb.BytesValue
	if err := r.conn.Invoke(ctx, "/"+serviceName+"/"+name, wrapperspb.Bytes(in), &out); err != nil {
		return reply, fmt.Errorf("worker %s: %w", name, err)
	}
	if err := json.Unmarshal(out.GetValue(), &reply); err != nil {
		return reply, fmt.Errorf("worker %s: read reply: %w", name, err)
	}
	return reply, nil
}

func (r remote) Start(ctx context.Context, q StartRequest) (StartReply, error) {
	return invoke[StartReply](ctx, r, "Start", q)
}

func (r remote) Status(ctx context.Context, wait time.Duration) (Status, error) {
	return invoke[Status](ctx, r, "Status", statusRequest{wait})
}

func (r remote) Stop(ctx context.Context, grace time.Duration) error {
	_, err := invoke[nothing](ctx, r, "Stop", stopRequest{grace})
	return err
}

// controlPlugin is go-plugin's view of the service, at both ends.
type controlPlugin struct {
	plugin.NetRPCUnsupportedPlugin
	impl       Control
	registered func(*grpc.Server)
}

func (p *controlPlugin) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	s.RegisterService(serviceDesc(), p.impl)
	if p.registered != nil {
		p.registered(s)
	}
	return nil
}

func (p *controlPlugin) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return remote{conn}, nil
}
