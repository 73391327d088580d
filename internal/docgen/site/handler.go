package site

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// kept is how many pages the handler keeps once made.
const kept = 256

// handler serves a site's files.
type handler struct {
	site *Site
	log  *slog.Logger

	mu    sync.Mutex // guards pages and order
	pages map[string][]byte
	order []string // of pages, the oldest first
}

// Handler serves the files of the site, made when they are asked for. It may be
// called from many goroutines. What could not be made is told to the log.
func (s *Site) Handler(log *slog.Logger) http.Handler {
	return &handler{site: s, log: log, pages: map[string][]byte{}}
}

// policy lets a page use what is the site's own and nothing else.
//
// https://www.w3.org/TR/CSP3/
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
}

// ServeHTTP answers one request.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	if strings.HasSuffix(r.URL.Path, "/") {
		name = path.Join(name, indexFile)
	}
	content, err := h.file(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		h.absent(w, r, name)
	case err != nil:
		h.log.Error("page", "path", name, "error", err)
		http.Error(w, "the page could not be made: "+err.Error(), http.StatusInternalServerError)
	default:
		header.Set("Content-Type", contentTypes[path.Ext(name)])
		header.Set("Cache-Control", "no-cache")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

// absent leads from a service's name to its folder, and says of anything else
// that it is not there.
func (h *handler) absent(w http.ResponseWriter, r *http.Request, name string) {
	for _, service := range h.site.services {
		if name == service.Name {
			http.Redirect(w, r, "/"+name+"/", http.StatusMovedPermanently)
			return
		}
	}
	w.Header().Set("Content-Type", contentTypes[".html"])
	w.WriteHeader(http.StatusNotFound)
	if r.Method != http.MethodHead {
		_, _ = w.Write(h.site.missing()) // a reader that has gone needs no answer
	}
}

// file makes a file, or gives the one that was made before.
func (h *handler) file(name string) ([]byte, error) {
	h.mu.Lock()
	content, have := h.pages[name]
	h.mu.Unlock()
	if have {
		return content, nil
	}
	content, err := h.site.File(name)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, have := h.pages[name]; !have {
		if len(h.order) == kept {
			delete(h.pages, h.order[0])
			h.order = h.order[1:]
		}
		h.pages[name], h.order = content, append(h.order, name)
	}
	return content, nil
}
