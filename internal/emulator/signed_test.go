package emulator

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/emulator/identity"
	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/signature/signaturetest"
	"skyql/internal/emulator/store"
)

// listBuckets is a good call.
func listBuckets(at time.Time) signaturetest.Call {
	return signaturetest.Call{
		Target: targetPrefix + "ListResources", Path: "/", Body: `{"TypeName":"AWS::S3::Bucket"}`,
		Key: signaturetest.ExampleKey, Secret: signaturetest.ExampleSecret, Service: cloudControlService, At: at,
		Header: http.Header{"Content-Type": {protocol.JSON10}},
	}
}

func whoAmI(at time.Time) signaturetest.Call {
	c := listBuckets(at)
	c.Target, c.Body, c.Service = "", "Action=GetCallerIdentity&Version=2011-06-15", stsService
	c.Header = http.Header{"Content-Type": {protocol.Form}}
	return c
}

func presignedWhoAmI(at time.Time) signaturetest.Call {
	c := whoAmI(at)
	c.Path, c.Body, c.Header, c.Presigned, c.Expires = "/?"+c.Body, "", nil, true, 60
	return c
}

// verifying gives a server with the example's key pair and others.
func verifying(t *testing.T, pairs ...string) *Server {
	t.Helper()
	opts := Options{Accounts: 3}
	for _, text := range append(pairs, signaturetest.ExampleKey+":"+signaturetest.ExampleSecret) {
		pair, err := identity.ParseKeyPair(text)
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
			call   signaturetest.Call
			change func(*signaturetest.Call)
			want   string
		}{
			"Cloud Control":            {call: listBuckets(time.Now()), want: `"ResourceDescriptions":[]`},
			"STS":                      {call: whoAmI(time.Now()), want: "<Account>123456789012</Account>"},
			"presigned":                {call: presignedWhoAmI(time.Now()), want: "<Account>123456789012</Account>"},
			"key is account":           {whoAmI(time.Now()), func(c *signaturetest.Call) { c.Key, c.Secret = "210000000002", "with:colons" }, "<Account>210000000002</Account>"},
			"account without a member": {whoAmI(time.Now()), func(c *signaturetest.Call) { c.Key, c.Secret = "999999999999", "abroad" }, "<Account>999999999999</Account>"},
			"tagging": {listBuckets(time.Now()), func(c *signaturetest.Call) {
				c.Target, c.Body, c.Service = taggingPrefix+"GetTagKeys", "{}", taggingService
			}, `"TagKeys":[]`},
			"a little late":            {whoAmI(time.Now().Add(-5 * time.Minute)), nil, "<Account>"},
			"a little early":           {whoAmI(time.Now().Add(5 * time.Minute)), nil, "<Account>"},
			"presigned, still good":    {presignedWhoAmI(time.Now().Add(-time.Minute)), nil, "<Account>"},
			"headers of many sorts":    {listBuckets(time.Now()), func(c *signaturetest.Call) { c.Header = http.Header{"A": {"  b   c ", "d"}, "E": {""}} }, `"ResourceDescriptions":[]`},
			"a query that is in order": {whoAmI(time.Now()), func(c *signaturetest.Call) { c.Path = "/?b=%20+&a=ü&a=%2F&c&=x" }, "<Account>"},
		}
		for name, test := range tests {
			if test.change != nil {
				test.change(&test.call)
			}
			if status, body := serve(t, s, test.call.Request(t)); status != http.StatusOK || !strings.Contains(body, test.want) {
				t.Errorf("%s: want 200 with %s, have %d: %s", name, test.want, status, body)
			}
		}
	})
}
