package awsclient_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/resource"
)

const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">` +
	`<GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`

func xml(status int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(status)
		w.Write([]byte(body))
	}
}

func TestAccountIsAskedForOnce(t *testing.T) {
	t.Parallel()
	server := newAPI(t, xml(200, identity))
	client := server.client(t)
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			if got, err := client.Account(t.Context(), ireland); got != "123456789012" || err != nil {
				t.Errorf("want 123456789012, got %q, %v", got, err)
			}
		})
	}
	calls.Wait()
	sent := server.seen()
	if len(sent) != 1 {
		t.Fatalf("want 1 request, got %d", len(sent))
	}
	if want, got := "/eu-west-1/sts/aws4_request", sent[0].header.Get("Authorization"); !strings.Contains(got, want) {
		t.Errorf("want scope %q, got %q", want, got)
	}
}

func TestAccountAfterAFailure(t *testing.T) {
	t.Parallel()
	refused := true
	server := newAPI(t, func(w http.ResponseWriter) {
		if refused {
			refused = false
			xml(403, `<ErrorResponse><Error><Code>InvalidClientTokenId</Code>`+
				`<Message>The security token is invalid.</Message></Error></ErrorResponse>`)(w)
			return
		}
		xml(200, identity)(w)
	})
	client := server.client(t)
	_, err := client.Account(t.Context(), ireland)
	if !errors.Is(err, resource.InvalidCredentials) || !strings.Contains(err.Error(), "The security token is invalid.") {
		t.Errorf("want InvalidCredentials, got %v", err)
	}
	if got, err := client.Account(t.Context(), ireland); got != "123456789012" || err != nil {
		t.Errorf("want 123456789012, got %q, %v", got, err)
	}
}

func TestAccountWithoutARegion(t *testing.T) {
	t.Parallel()
	server := newAPI(t, xml(200, identity))
	if _, err := server.client(t).Account(t.Context(), ""); err != nil {
		t.Error(err)
	}
}

func TestAccountEndpoints(t *testing.T) {
	emulator, tokenService := newAPI(t, xml(200, identity)), newAPI(t, xml(200, identity))
	t.Setenv("AWS_ENDPOINT_URL_CLOUDCONTROL", emulator.server.URL)
	if _, err := awsclient.New(awsclient.Options{}).Account(t.Context(), ireland); err != nil {
		t.Error(err)
	}
	t.Setenv("AWS_ENDPOINT_URL_STS", tokenService.server.URL)
	if _, err := awsclient.New(awsclient.Options{}).Account(t.Context(), ireland); err != nil {
		t.Error(err)
	}
	if got, want := [2]int{len(emulator.seen()), len(tokenService.seen())}, [2]int{1, 1}; got != want {
		t.Errorf("want requests %v, got %v", want, got)
	}
}
