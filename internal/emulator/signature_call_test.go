package emulator

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
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"skyql/internal/emulator/store"
)

// call4 is a call that is signed by the AWS SDK.
type call4 struct {
	target, path, body string
	key, secret, token string
	service            string
	at                 time.Time
	header             http.Header
	presigned          bool
	expires            int // seconds, of one that is presigned
}

// request makes and signs it, as it arrives at a server.
func (c call4) request(t *testing.T) *http.Request {
	t.Helper()
	method := http.MethodPost
	if c.presigned {
		method = http.MethodGet
	}
	request, err := http.NewRequest(method, "http://127.0.0.1:4577"+c.path, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range c.header {
		request.Header[name] = values
	}
	if c.target != "" {
		request.Header.Set("X-Amz-Target", c.target)
	}
	sum := sha256.Sum256([]byte(c.body))
	credentials := aws.Credentials{AccessKeyID: c.key, SecretAccessKey: c.secret, SessionToken: c.token}
	signer := v4.NewSigner()
	if c.presigned {
		query := request.URL.Query()
		query.Set("X-Amz-Expires", fmt.Sprint(c.expires))
		request.URL.RawQuery = query.Encode()
		url, signed, err := signer.PresignHTTP(t.Context(), credentials, request, hex.EncodeToString(sum[:]), c.service, "eu-west-1", c.at)
		if err != nil {
			t.Fatal(err)
		}
		arriving := httptest.NewRequestWithContext(t.Context(), method, url, strings.NewReader(c.body))
		for name, values := range signed {
			arriving.Header[http.CanonicalHeaderKey(name)] = values
		}
		return arriving
	}
	if err := signer.SignHTTP(t.Context(), credentials, request, hex.EncodeToString(sum[:]), c.service, "eu-west-1", c.at); err != nil {
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

// listBuckets is a good call.
func listBuckets(at time.Time) call4 {
	return call4{
		target: targetPrefix + "ListResources", path: "/", body: `{"TypeName":"AWS::S3::Bucket"}`,
		key: exampleKey, secret: exampleSecret, service: cloudControlService, at: at,
		header: http.Header{"Content-Type": {jsonType}},
	}
}

func whoAmI(at time.Time) call4 {
	c := listBuckets(at)
	c.target, c.body, c.service = "", "Action=GetCallerIdentity&Version=2011-06-15", stsService
	c.header = http.Header{"Content-Type": {formType}}
	return c
}

func presignedWhoAmI(at time.Time) call4 {
	c := whoAmI(at)
	c.path, c.body, c.header, c.presigned, c.expires = "/?"+c.body, "", nil, true, 60
	return c
}

// verifying gives a server with the example's key pair and others.
func verifying(t *testing.T, pairs ...string) *Server {
	t.Helper()
	opts := Options{Accounts: 3}
	for _, text := range append(pairs, exampleKey+":"+exampleSecret) {
		pair, err := ParseKeyPair(text)
		if err != nil {
			t.Fatal(err)
		}
		opts.Keys = append(opts.Keys, pair)
	}
	return New(store.New(store.Options{}), opts)
}

func serve(t *testing.T, handler http.Handler, request *http.Request) (int, string) {
	t.Helper()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return read(t, recorder.Result())
}

func TestVerifiedCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := verifying(t, "210000000002:with:colons", "999999999999:abroad")
		tests := map[string]struct {
			call   call4
			change func(*call4)
			want   string
		}{
			"Cloud Control":            {call: listBuckets(time.Now()), want: `"ResourceDescriptions":[]`},
			"STS":                      {call: whoAmI(time.Now()), want: "<Account>123456789012</Account>"},
			"presigned":                {call: presignedWhoAmI(time.Now()), want: "<Account>123456789012</Account>"},
			"key is account":           {whoAmI(time.Now()), func(c *call4) { c.key, c.secret = "210000000002", "with:colons" }, "<Account>210000000002</Account>"},
			"account without a member": {whoAmI(time.Now()), func(c *call4) { c.key, c.secret = "999999999999", "abroad" }, "<Account>999999999999</Account>"},
			"tagging": {listBuckets(time.Now()), func(c *call4) {
				c.target, c.body, c.service = taggingPrefix+"GetTagKeys", "{}", taggingService
			}, `"TagKeys":[]`},
			"a little late":            {whoAmI(time.Now().Add(-5 * time.Minute)), nil, "<Account>"},
			"a little early":           {whoAmI(time.Now().Add(5 * time.Minute)), nil, "<Account>"},
			"presigned, still good":    {presignedWhoAmI(time.Now().Add(-time.Minute)), nil, "<Account>"},
			"headers of many sorts":    {listBuckets(time.Now()), func(c *call4) { c.header = http.Header{"A": {"  b   c ", "d"}, "E": {""}} }, `"ResourceDescriptions":[]`},
			"a query that is in order": {whoAmI(time.Now()), func(c *call4) { c.path = "/?b=%20+&a=ü&a=%2F&c&=x" }, "<Account>"},
		}
		for name, test := range tests {
			if test.change != nil {
				test.change(&test.call)
			}
			if status, body := serve(t, s, test.call.request(t)); status != http.StatusOK || !strings.Contains(body, test.want) {
				t.Errorf("%s: want 200 with %s, have %d: %s", name, test.want, status, body)
			}
		}
	})
}
