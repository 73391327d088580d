package acceptance

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// recorder notes the calls that pass through it.
type recorder struct {
	next http.RoundTripper

	mu   sync.Mutex // guards made
	made []recorded
}

// recorded is one attempt at a call.
type recorded struct {
	operation, body string
	status          int
}

// RoundTrip implements http.RoundTripper.
func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err = errors.Join(err, request.Body.Close()); err != nil {
		return nil, err
	}
	_, operation, ok := strings.Cut(request.Header.Get("X-Amz-Target"), ".")
	if !ok { // the Query protocol has it in a form
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		operation = form.Get("Action")
	}
	noted := recorded{operation: operation, body: string(body)}
	request = request.Clone(request.Context())
	request.Body = io.NopCloser(bytes.NewReader(body))
	response, err := r.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	noted.status = response.StatusCode
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made = append(r.made, noted)
	return response, nil
}

// since gives the calls of an operation, "" for all, and forgets everything.
func (r *recorder) since(operation string) (made []recorded) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, each := range r.made {
		if operation == "" || each.operation == operation {
			made = append(made, each)
		}
	}
	r.made = nil
	return made
}

// operations names all calls, in their order, and forgets them.
func (r *recorder) operations() string {
	var names []string
	for _, each := range r.since("") {
		names = append(names, each.operation)
	}
	return strings.Join(names, " ")
}
