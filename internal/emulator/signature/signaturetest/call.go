package signaturetest

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// The key pair of AWS's own examples.
const (
	ExampleKey    = "AKIDEXAMPLE"
	ExampleSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
)

// Call is a call that is signed by the AWS SDK.
type Call struct {
	Target, Path, Body string
	Key, Secret, Token string
	Service            string
	At                 time.Time
	Header             http.Header
	Presigned          bool
	Expires            int // seconds, of one that is presigned
}

// Request makes and signs it, as it arrives at a server.
func (c Call) Request(t *testing.T) *http.Request {
	t.Helper()
	method := http.MethodPost
	if c.Presigned {
		method = http.MethodGet
	}
	request, err := http.NewRequest(method, "http://127.0.0.1:4577"+c.Path, strings.NewReader(c.Body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range c.Header {
		request.Header[name] = values
	}
	if c.Target != "" {
		request.Header.Set("X-Amz-Target", c.Target)
	}
	sum := sha256.Sum256([]byte(c.Body))
	credentials := aws.Credentials{AccessKeyID: c.Key, SecretAccessKey: c.Secret, SessionToken: c.Token}
	signer := v4.NewSigner()
	if c.Presigned {
		query := request.URL.Query()
		query.Set("X-Amz-Expires", fmt.Sprint(c.Expires))
		request.URL.RawQuery = query.Encode()
		url, signed, err := signer.PresignHTTP(t.Context(), credentials, request, hex.EncodeToString(sum[:]), c.Service, "eu-west-1", c.At)
		if err != nil {
			t.Fatal(err)
		}
		arriving := httptest.NewRequestWithContext(t.Context(), method, url, strings.NewReader(c.Body))
		for name, values := range signed {
			arriving.Header[http.CanonicalHeaderKey(name)] = values
		}
		return arriving
	}
	if err := signer.SignHTTP(t.Context(), credentials, request, hex.EncodeToString(sum[:]), c.Service, "eu-west-1", c.At); err != nil {
		t.Fatal(err)
	}
	return arrived(t, request)
}

// arrived sends a request through its text, so that it looks as a server sees it.
func arrived(t *testing.T, request *http.Request) *http.Request {
	t.Helper()
	var text bytes.Buffer
	if err := request.Write(&text); err != nil {
		t.Fatal(err)
	}
	read, err := http.ReadRequest(bufio.NewReader(&text))
	if err != nil {
		t.Fatal(err)
	}
	return read.WithContext(t.Context())
}
