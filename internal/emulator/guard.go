package emulator

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// guarded keeps web pages from what is under /_emulator/. A page of another
// origin is told by the headers that browsers add. One whose host's name was made
// to mean this machine (DNS rebinding) has the same origin for the browser, but
// then the request names that host.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.ownHost(r.Host) {
			refuseControl(w, http.StatusForbidden, fmt.Errorf("host %q is not this machine; call the emulator by 127.0.0.1 "+
				"or localhost", r.Host))
			return
		}
		if foreign(r) {
			refuseControl(w, http.StatusForbidden, errors.New("web pages of other origins may not use this"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ownHost reports whether the Host header names this machine. Where remote
// machines are welcome that may be any address, but still no other name.
func (s *Server) ownHost(host string) bool {
	u := url.URL{Host: host}
	name := u.Hostname()
	ip := net.ParseIP(name)
	return name == "localhost" || ip != nil && (ip.IsLoopback() || s.opts.AllowRemote)
}

// foreign reports whether a browser sent the request for a page of another
// origin.
func foreign(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin":
	default:
		return true
	}
	origin := r.Header.Get("Origin")
	return origin != "" && origin != "http://"+r.Host
}
