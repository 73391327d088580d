package emulator

import (
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"skyql/internal/emulator/store"
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
	// Latency is how long each API call takes at least; default none.
	Latency time.Duration
	// Rate is how many calls of the Cloud Control API one account may make in
	// one region per second; further ones are throttled. Default no bound.
	Rate float64
	// Burst is how many of them may come at once; 0 means a quarter of a second's,
	// but at least 5.
	Burst int
	// Faults are what goes wrong with calls on purpose; default nothing.
	Faults []Fault
	// FaultSeed begins the random numbers that faults are drawn by: the same calls
	// in the same order then meet the same faults. Default a random one, which
	// Server.FaultSeed tells.
	FaultSeed uint64
	// Sync, if set, waits until what the store has done can no longer be lost, before
	// any caller is told of it. When it fails, callers are told that instead.
	Sync func() error
	// Accounts is how many accounts the organization has; default 1.
	Accounts int
	// Keys are those that calls must be signed with. Default any, unverified.
	Keys []KeyPair
	// Logger is told what goes wrong in the server; default nobody.
	Logger *slog.Logger
}

// Server is the emulator. Its methods may be called from many goroutines.
type Server struct {
	store     *store.Store
	authority *authority
	opts      Options
	routes    http.Handler
	stats     stats
	throttle  *throttle
	faults    *faults

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
	if opts.FaultSeed == 0 {
		opts.FaultSeed = rand.Uint64()
	}
	server := &Server{
		store: s, authority: newAuthority(opts), opts: opts, throttle: newThrottle(opts.Rate, opts.Burst), faults: newFaults(opts.Faults, opts.FaultSeed),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_emulator/stats", server.serveStats)
	mux.HandleFunc("POST /_emulator/reset-stats", server.resetStats)
	mux.HandleFunc("/", server.serveAPI)
	server.routes = mux
	return server
}

// FaultSeed gives the seed that the faults are drawn by.
func (s *Server) FaultSeed() uint64 { return s.opts.FaultSeed }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.routes.ServeHTTP(w, r) }

// maxBody bounds the body of a call: the largest document, if every character
// of it is escaped, and some room for the other members.
const maxBody = 6*262_144 + 64<<10

// serveAPI tells the protocols apart: an API that speaks JSON names the
// operation in a header, one that speaks Query in a form.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request) {
	ended := s.stats.begin()
	defer ended()
	start := time.Now()
	var reply reply
	var tooLarge *http.MaxBytesError
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	switch {
	case err != nil && !errors.As(err, &tooLarge):
		panic(http.ErrAbortHandler) // the connection broke
	case err != nil:
		reply = failure(http.StatusRequestEntityTooLarge, serviceNamespace+"RequestEntityTooLargeException",
			"Request body is too large")
	case isQuery(r):
		reply = s.serveQuery(r, body)
	case strings.HasPrefix(r.Header.Get("X-Amz-Target"), taggingPrefix):
		reply = s.serveTagging(r, body)
	case strings.HasPrefix(r.Header.Get("X-Amz-Target"), organizationsPrefix):
		reply = s.serveOrganizations(r, body)
	default:
		reply = s.serveJSON(r, body)
	}
	if err := s.sync(); err != nil {
		reply = failure(http.StatusInternalServerError, apiNamespace+"ServiceInternalErrorException", err.Error())
	}
	if !s.delay(r, start) {
		panic(http.ErrAbortHandler) // nobody is to take the lack of an answer for one
	}
	if reply.lost {
		panic(http.ErrAbortHandler)
	}
	reply.write(w)
}

func (s *Server) sync() error {
	if s.opts.Sync == nil {
		return nil
	}
	return s.opts.Sync()
}

// delay makes the call last as long as it has to, and reports whether its
// caller is still there then.
func (s *Server) delay(r *http.Request, start time.Time) bool {
	rest := s.opts.Latency - time.Since(start)
	if rest <= 0 {
		return true
	}
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}
