package emulator

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"skyql/internal/emulator/identity"
	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/recording"
	"skyql/internal/emulator/settings"
	"skyql/internal/emulator/store"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// DefaultListen is where the emulator listens when Options does not say.
const DefaultListen = "127.0.0.1:4577"

// Options says how a Server behaves. The zero value works.
type Options struct {
	// Listen is the address; default DefaultListen. Port 0 picks a free one.
	Listen string
	// AllowRemote permits an address that other machines can reach. The
	// emulator asks nobody for a password, so the default is not to.
	AllowRemote bool
	// Settings are what can also be changed later.
	Settings settings.Settings
	// Types gives resource types, so that settings for types that do not exist are
	// refused. Default: any name is taken.
	Types func(resource.TypeName) (*schema.ResourceType, error)
	// Refill puts into the store what it had at the start, after POST
	// /_emulator/reset has emptied it; default nothing.
	Refill func() error
	// Recorder keeps every call; default nobody does. It is not closed.
	Recorder *recording.Recorder
	// Sync, if set, waits until what the store has done can no longer be lost, before
	// any caller is told of it. When it fails, callers are told that instead.
	Sync func() error
	// Accounts is how many accounts the organization has; default 1.
	Accounts int
	// Keys are those that calls must be signed with. Default any, unverified.
	Keys []identity.KeyPair
	// Logger is told what goes wrong in the server; default nobody.
	Logger *slog.Logger
}

// Server is the emulator. Its methods may be called from many goroutines.
type Server struct {
	store     *store.Store
	authority *identity.Authority
	opts      Options
	routes    http.Handler
	stats     stats

	turning sync.Mutex // held while settings change
	knobs   atomic.Pointer[knobs]

	mu      sync.Mutex // guards running
	running *running   // nil while not started
}

// New returns a server over the store, which may also be used directly.
func New(s *store.Store, opts Options) *Server {
	if opts.Listen == "" {
		opts.Listen = DefaultListen
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	server := &Server{store: s, authority: identity.New(opts.Accounts, opts.Keys), opts: opts}
	initial := opts.Settings.Clone()
	initial.FillSeed()
	server.apply(&knobs{}, initial, initial.Given())
	server.routes = server.newRoutes()
	return server
}

func (s *Server) newRoutes() http.Handler {
	control := http.NewServeMux()
	control.HandleFunc("GET /_emulator/stats", s.serveStats)
	control.HandleFunc("POST /_emulator/reset-stats", s.resetStats)
	control.HandleFunc("POST /_emulator/reset", s.reset)
	control.HandleFunc("GET /_emulator/settings", s.serveSettings)
	control.HandleFunc("PATCH /_emulator/settings", s.serveSettings)
	control.HandleFunc("PUT /_emulator/settings", s.serveSettings)
	mux := http.NewServeMux()
	mux.Handle("/_emulator/", s.guarded(control))
	mux.HandleFunc("/", s.serveAPI)
	return mux
}

// FaultSeed gives the seed that the faults are drawn by.
func (s *Server) FaultSeed() uint64 { return s.knobs.Load().FaultSeed }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.routes.ServeHTTP(w, r) }

// maxBody bounds the body of a call: the largest document, if every character
// of it is escaped, and some room for the other members.
const maxBody = 6*262_144 + 64<<10

// serveAPI answers a call of any API, as late and as badly as the settings say.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	ended := s.stats.begin()
	defer ended()
	c, r := s.begin(r)
	out, body := s.answer(w, r)
	if err := s.sync(); err != nil {
		out = protocol.Failure(http.StatusInternalServerError, protocol.APINamespace+"ServiceInternalErrorException", err.Error())
	}
	if !c.delay(r) || c.drawn.unanswered() {
		s.record(c, r, body, protocol.Reply{})
		panic(http.ErrAbortHandler) // nobody is to take the lack of an answer for one
	}
	s.record(c, r, body, out)
	c.drawn.send(w, r, out)
}

// answer tells the protocols apart: an API that speaks JSON names the operation
// in a header, one that speaks Query in a form.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) (out protocol.Reply, body []byte) {
	var tooLarge *http.MaxBytesError
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	switch {
	case err != nil && !errors.As(err, &tooLarge):
		panic(http.ErrAbortHandler) // the connection broke
	case err != nil:
		return protocol.Failure(http.StatusRequestEntityTooLarge, protocol.ServiceNamespace+"RequestEntityTooLargeException",
			"Request body is too large"), nil
	case protocol.IsQuery(r):
		return s.serveQuery(r, body), body
	case strings.HasPrefix(r.Header.Get("X-Amz-Target"), taggingPrefix):
		return s.serveTagging(r, body), body
	case strings.HasPrefix(r.Header.Get("X-Amz-Target"), organizationsPrefix):
		return s.serveOrganizations(r, body), body
	}
	return s.serveJSON(r, body), body
}

func (s *Server) sync() error {
	if s.opts.Sync == nil {
		return nil
	}
	return s.opts.Sync()
}
