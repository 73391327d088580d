package acceptance

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// proxy NAME URL RULE… passes calls on to an emulator, except those that a rule
// denies, and puts its address into $NAME. A rule is a region, OPERATION@REGION or
// OPERATION@REGION@IDENTIFIER.
func startProxy(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "proxy")
	if len(args) < 2 {
		ts.Fatalf("usage: proxy NAME URL RULE…")
	}
	target, err := url.Parse(args[1])
	ts.Check(err)
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if denied(args[2:], operation, regionOf(r), body) {
			deny(w, operation)
			return
		}
		forward.ServeHTTP(w, r)
	}))
	ts.Defer(server.Close)
	ts.Setenv(args[0], server.URL)
}

func denied(rules []string, operation, region string, body []byte) bool {
	var in struct{ Identifier string }
	_ = json.Unmarshal(body, &in) // calls of other services are not JSON
	return slices.ContainsFunc(rules, func(rule string) bool {
		return rule == region || rule == operation+"@"+region || rule == operation+"@"+region+"@"+in.Identifier
	})
}

// regionOf reads the credential scope of a signature.
func regionOf(r *http.Request) string {
	_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	if parts := strings.Split(scope, "/"); len(parts) > 2 {
		return parts[2]
	}
	return ""
}

// deny answers as AWS does when a policy does not allow the call.
func deny(w http.ResponseWriter, operation string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = w.Write([]byte(`{"__type":"com.amazon.coral.service#AccessDeniedException",` +
		`"Message":"User: arn:aws:iam::123456789012:user/ann is not authorized to perform: cloudformation:` + operation + `"}`))
}
