package site

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"skyql/internal/catalog"
)

func TestHandler(t *testing.T) {
	t.Parallel()
	handler := newSite(t, catalog.Starter()).Handler(slog.New(slog.DiscardHandler))
	for _, tt := range []struct {
		method, path string
		status       int
		contentType  string
		has          string
	}{
		{"GET", "/", 200, "text/html; charset=utf-8", "<h1>Tables of AWS</h1>"},
		{"GET", "/index.html", 200, "text/html; charset=utf-8", "<h1>Tables of AWS</h1>"},
		{"GET", "/cognito/", 200, "text/html; charset=utf-8", "user_pool_clients.html"},
		{"GET", "/cognito", 301, "text/html; charset=utf-8", "/cognito/"},
		{"GET", "/cognito/user_pool_clients.html", 200, "text/html; charset=utf-8", "<h1>awscc.cognito.user_pool_clients</h1>"},
		{"HEAD", "/cognito/user_pool_clients.html", 200, "text/html; charset=utf-8", ""},
		{"GET", "/assets/site.css", 200, "text/css; charset=utf-8", "prefers-reduced-motion"},
		{"GET", "/assets/site.js", 200, "text/javascript; charset=utf-8", "aria-selected"},
		{"GET", "/assets/search.js", 200, "text/javascript; charset=utf-8", "window.skyqlTables"},
		{"GET", "/cognito/../../../../etc/passwd", 404, "text/html; charset=utf-8", "No such page"},
		{"GET", "/s3/<script>.html", 404, "text/html; charset=utf-8", "No such page"},
		{"POST", "/", 405, "text/plain; charset=utf-8", "only GET"},
	} {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			t.Parallel()
			request := httptest.NewRequest(tt.method, "/", nil)
			request.URL.Path = tt.path
			recorder := httptest.NewRecorder()
			handler.ServeHTTP(recorder, request)
			answer := recorder.Result()
			body, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			if answer.StatusCode != tt.status || answer.Header.Get("Content-Type") != tt.contentType {
				t.Errorf("want %d and %s, have %d and %s", tt.status, tt.contentType, answer.StatusCode, answer.Header.Get("Content-Type"))
			}
			if !strings.Contains(string(body), tt.has) || tt.method == http.MethodHead && len(body) > 0 {
				t.Errorf("want %q in\n%.300s", tt.has, body)
			}
			if strings.Contains(string(body), "/s3/<script>") {
				t.Error("the address is in the page")
			}
			if !strings.HasPrefix(answer.Header.Get("Content-Security-Policy"), "default-src 'none'") {
				t.Errorf("policy %q", answer.Header.Get("Content-Security-Policy"))
			}
		})
	}
}

func TestHandlerKeepsNoMoreThanItShould(t *testing.T) {
	t.Parallel()
	s := newSite(t, catalog.Starter())
	h := s.Handler(slog.New(slog.DiscardHandler)).(*handler)
	for range 3 {
		for _, name := range s.Paths() {
			if _, err := h.file(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(h.pages) != len(s.Paths()) || len(h.order) != len(h.pages) {
		t.Fatalf("want %d pages kept once each, have %d in %d places", len(s.Paths()), len(h.pages), len(h.order))
	}
	for i := range kept { // stand-ins for many more pages
		h.pages["stand-in"+string(rune('a'+i))] = nil
		h.order = append(h.order, "stand-in"+string(rune('a'+i)))
	}
	h.order = h.order[len(h.order)-kept:]
	for name := range h.pages {
		if !strings.HasPrefix(name, "stand-in") {
			delete(h.pages, name)
		}
	}
	if _, err := h.file("index.html"); err != nil {
		t.Fatal(err)
	}
	if len(h.pages) != kept || len(h.order) != kept || h.pages["index.html"] == nil {
		t.Errorf("%d pages are kept, want %d", len(h.pages), kept)
	}
}

func TestPagesStateWhatTheyWereMadeFrom(t *testing.T) {
	t.Parallel()
	if page := file(t, newSite(t, catalog.Starter()), "index.html"); !strings.Contains(page, "the catalog inside the program") {
		t.Error("the starter's page does not say so")
	}
	if page := file(t, newSite(t, hostile(t)), "index.html"); !strings.Contains(page, "as of 1970-01-01") {
		t.Error("the page of a pulled catalog does not say from when it is")
	}
}
