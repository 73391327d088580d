package emulator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"skyql/internal/emulator/identity"
)

const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = time.Minute
	idleTimeout       = 2 * time.Minute
	// grace is how long Stop lets calls end that are being answered. Their
	// contexts have ended by then. It is short since the HTTP server also waits
	// for connections that a client has opened and not used yet.
	grace = 200 * time.Millisecond
)

// running is a server that listens.
type running struct {
	url    string
	server *http.Server
	cancel context.CancelFunc // of what calls wait for
	done   chan struct{}      // closed when nothing is served any more
}

// Start begins to listen and returns. The end of ctx stops the server as Stop
// does. After Stop it may be started again.
func (s *Server) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil && !s.running.ended() {
		return errors.New("the emulator is running already")
	}
	if err := s.opts.Check(); err != nil {
		return err
	}
	if err := s.checkTypes(s.Settings()); err != nil {
		return fmt.Errorf("emulator: %w", err)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", s.opts.Listen)
	if err != nil {
		return fmt.Errorf("emulator: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	r := &running{url: urlOf(listener.Addr()), cancel: cancel, done: make(chan struct{})}
	r.server = &http.Server{
		Handler: s, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog:    slog.NewLogLogger(s.opts.Logger.Handler(), slog.LevelWarn),
	}
	s.running = r
	if now := s.Settings(); len(now.Faults) > 0 {
		s.opts.Logger.Info("calls will go wrong on purpose", slog.Uint64("fault_seed", now.FaultSeed))
	}
	go r.serve(ctx, listener, s.opts.Logger)
	return nil
}

// ended reports whether nothing is served any more.
func (r *running) ended() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// serve answers until the context ends, and then lets go of all connections.
func (r *running) serve(ctx context.Context, listener net.Listener, logger *slog.Logger) {
	defer close(r.done)
	defer r.cancel()
	failed := make(chan error, 1)
	go func() { failed <- r.server.Serve(listener) }()
	select {
	case err := <-failed:
		logger.Error("emulator stopped serving", slog.Any("error", err))
	case <-ctx.Done():
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		if r.server.Shutdown(limited) != nil {
			_ = r.server.Close()
		}
		<-failed
	}
}

// Stop ends all calls and waits until nothing is served any more. It may be
// called again, and before Start.
func (s *Server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		return
	}
	s.running.cancel()
	<-s.running.done
	s.running = nil
}

// URL gives the endpoint for clients, "" while the emulator is not started.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil || s.running.ended() {
		return ""
	}
	return s.running.url
}

// Check tells what is wrong with the options before anything is started.
func (o Options) Check() error {
	if err := identity.Check(o.Accounts, o.Keys); err != nil {
		return fmt.Errorf("emulator: %w", err)
	}
	if err := o.Settings.Check(); err != nil {
		return fmt.Errorf("emulator: %w", err)
	}
	if o.Listen == "" {
		return nil
	}
	return checkAddress(o.Listen, o.AllowRemote)
}

// checkAddress refuses what other machines can reach.
func checkAddress(address string, allowRemote bool) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("emulator: listen address %q: %w", address, err)
	}
	ip := net.ParseIP(host)
	if allowRemote || host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("emulator: other machines could reach %q, and anybody there could use it; listen on 127.0.0.1:PORT", address)
}

// urlOf gives an address to call, also when the server listens on all of them.
func urlOf(address net.Addr) string {
	host, port, err := net.SplitHostPort(address.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return "http://" + net.JoinHostPort("127.0.0.1", port)
	}
	return "http://" + address.String()
}
