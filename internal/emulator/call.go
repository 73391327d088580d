package emulator

import (
	"context"
	"net/http"
	"strings"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/emulator/opname"
	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/recording"
	"skyql/internal/emulator/settings"
	"skyql/internal/resource"
)

// pendingCall is what is known of a call while it is answered.
type pendingCall struct {
	server    *Server
	knobs     *knobs // those of its beginning
	start     time.Time
	operation string
	scope     resource.Scope
	typeName  resource.TypeName
	drawn     drawn
}

type callKey struct{}

// begin gives a new call, and the request with it.
func (s *Server) begin(r *http.Request) (*pendingCall, *http.Request) {
	c := &pendingCall{server: s, knobs: s.knobs.Load(), start: time.Now()}
	target := r.Header.Get("X-Amz-Target")
	_, c.operation, _ = strings.Cut(target, ".")
	switch {
	case strings.HasPrefix(target, taggingPrefix):
		c.operation = opname.TaggingPrefix + c.operation
	case strings.HasPrefix(target, organizationsPrefix):
		c.operation = opname.OrganizationsPrefix + c.operation
	}
	return c, r.WithContext(context.WithValue(r.Context(), callKey{}, c))
}

// callOf gives the call of a request that came through the server.
func callOf(ctx context.Context) *pendingCall { return ctx.Value(callKey{}).(*pendingCall) }

// admit says what is to become of a call that nothing else stands against, and
// counts it. Whoever answers the call has to refuse it as it says; what happens to
// the answer is seen to elsewhere.
func (s *Server) admit(ctx context.Context, operation string, scope resource.Scope) drawn {
	c := callOf(ctx)
	c.operation, c.scope = operation, scope
	if !c.knobs.throttle.allow(operation, scope) {
		s.stats.throttled.Add(1)
		return drawn{refusal: settings.FaultThrottle}
	}
	c.drawn = c.knobs.faults.draw(operation, scope.Region)
	s.stats.countFaults(c.drawn)
	if c.drawn.refusal != settings.FaultThrottle {
		s.stats.count(operation, scope.Region)
	}
	return c.drawn
}

// about notes the type that the call is about.
func (c *pendingCall) about(name resource.TypeName) {
	c.typeName = name
	if name != "" {
		c.server.stats.types.add(string(name))
	}
}

// client gives the store as the call is to meet it.
func (c *pendingCall) client() cloudcontrol.Client {
	if c.drawn.late {
		return c.server.store.Failing(resource.Throttling, "Rate exceeded")
	}
	return c.server.store
}

// delay makes the call last as long as it has to, and reports whether its
// caller is still there then.
func (c *pendingCall) delay(r *http.Request) bool {
	rule := settings.Pick(c.knobs.Latency, c.operation, c.scope.Region)
	if rule < 0 {
		return true
	}
	rest := c.knobs.Latency[rule].Delay.Draw() - time.Since(c.start)
	return rest <= 0 || pause(r, rest)
}

// record keeps a call, before the caller is answered: what one has seen is in the
// file. An answer without a status was not given.
func (s *Server) record(c *pendingCall, r *http.Request, body []byte, out protocol.Reply) {
	if s.opts.Recorder == nil {
		return
	}
	err := s.opts.Recorder.Record(recording.Call{
		Start: c.start, Scope: c.scope, Operation: c.operation, Type: c.typeName, Faults: c.drawn.kinds(),
		Request: r, Body: body, Answer: out,
	})
	if err != nil {
		s.opts.Logger.Error(err.Error())
	}
}
