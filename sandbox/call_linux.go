package sandbox

import (
	"context"
	"errors"
	"time"

	"plugforge"
)

// Call implements plugforge.Replica.
func (r *replica) Call(ctx context.Context, call plugforge.Call) (plugforge.Answer, error) {
	const op = "sandbox.Call"
	answer, err := r.call(ctx, call)
	if err != nil {
		var raised *plugforge.HandlerError
		if errors.As(err, &raised) {
			return answer, err
		}
		return answer, plugforge.Wrap(op, err)
	}
	return answer, nil
}

func (r *replica) call(ctx context.Context, call plugforge.Call) (plugforge.Answer, error) {
	if len(call.Body) > r.host.config.RequestBytes {
		return plugforge.Answer{}, plugforge.Errorf(plugforge.CodeTooLarge,
			"the request is %d bytes and may be %d", len(call.Body), r.host.config.RequestBytes)
	}
	if r.draining.Load() {
		return plugforge.Answer{}, plugforge.Errorf(plugforge.CodeUnavailable, "the replica is stopping")
	}
	if err := ctx.Err(); err != nil {
		return plugforge.Answer{}, givenUp(err)
	}
	c, err := r.line.begin()
	if err != nil {
		return plugforge.Answer{}, err
	}
	begun := time.Now()
	timer := time.NewTimer(r.timeout)
	defer timer.Stop()
	flags := uint8(0)
	if call.Test {
		flags = flagTest
	}
	switch err := r.line.send(frameCall, flags, c.id, call.Body, ctx.Done(), timer.C); {
	case err == nil:
		select {
		case <-c.done:
			return r.answer(c, call.Test)
		case <-timer.C:
			return r.tooSlow(c)
		case <-ctx.Done():
		}
	case errors.Is(err, errExpired):
		return r.tooSlow(c)
	}
	select {
	case <-c.done:
		return r.answer(c, call.Test)
	default:
	}
	// The caller went; the handler may take what is left of its time to end.
	r.line.cancel(c, begun.Add(r.timeout+r.host.config.StuckGrace))
	return plugforge.Answer{}, givenUp(ctx.Err())
}

func (r *replica) tooSlow(c *pendingCall) (plugforge.Answer, error) {
	r.line.cancel(c, time.Now().Add(r.host.config.StuckGrace))
	return plugforge.Answer{}, plugforge.Errorf(plugforge.CodePluginTimeout, "the handler did not answer within %s", r.timeout)
}

func givenUp(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return &plugforge.Error{Code: plugforge.CodePluginTimeout, Message: "the handler did not answer in time", Err: err}
	}
	return &plugforge.Error{Code: plugforge.CodeUnavailable, Message: "the call was given up", Err: err}
}

// answer is what a call that ended gave. A test's tells with an error too which
// class was called.
func (r *replica) answer(c *pendingCall, test bool) (plugforge.Answer, error) {
	err := c.err
	var body []byte
	if err == nil {
		body, err = assemble(c.parts, r.host.config.AnswerBytes)
	}
	var a plugforge.Answer
	if test {
		a.Inference = r.inference
	}
	switch {
	case errors.Is(err, errTooLarge):
		return a, plugforge.Errorf(plugforge.CodeTooLarge, "the handler's answer is larger than %d bytes", r.host.config.AnswerBytes)
	case errors.Is(err, errNotFinite):
		return a, &plugforge.HandlerError{Type: "ValueError", Message: notFiniteText}
	case errors.Is(err, errFrame):
		r.end(err)
		return a, errGone()
	case err != nil:
		return a, err
	}
	a.Body = body
	if test {
		a.Type = c.kind
	}
	return a, nil
}
