package emulator

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/signature/signaturetest"
)

func TestSignaturesThatAreRefused(t *testing.T) {
	t.Parallel()
	const unsigned = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20000101/eu-west-1/sts/aws4_request"
	mismatch := "The request signature we calculated does not match the signature you provided."
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	tests := map[string]struct {
		change  func(*signaturetest.Call)
		tamper  func(*http.Request)
		json    string // the error of Cloud Control
		query   string // that of STS
		message string
	}{
		"other secret":    {func(c *signaturetest.Call) { c.Secret += "x" }, nil, "InvalidSignatureException", "SignatureDoesNotMatch", mismatch},
		"unknown key":     {func(c *signaturetest.Call) { c.Key = "AKIDOTHER" }, nil, "UnrecognizedClientException", "InvalidClientTokenId", "The security token included in the request is invalid."},
		"account's key":   {func(c *signaturetest.Call) { c.Key = "210000000002" }, nil, "UnrecognizedClientException", "InvalidClientTokenId", "is invalid."},
		"foreign session": {func(c *signaturetest.Call) { c.Token = "any" }, nil, "UnrecognizedClientException", "InvalidClientTokenId", "is invalid."},
		"other body":      {nil, func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("Action=GetCallerIdentity&x=y")) }, "InvalidSignatureException", "SignatureDoesNotMatch", mismatch},
		"other host":      {nil, func(r *http.Request) { r.Host = "example.com" }, "InvalidSignatureException", "SignatureDoesNotMatch", mismatch},
		"other query":     {nil, func(r *http.Request) { r.URL.RawQuery = "a=b" }, "InvalidSignatureException", "SignatureDoesNotMatch", mismatch},
		"other header":    {nil, set("Content-Type", protocol.Form+";"), "InvalidSignatureException", "SignatureDoesNotMatch", mismatch},
		"new header":      {nil, set("X-Amz-New", "x"), "InvalidSignatureException", "SignatureDoesNotMatch", "'x-amz-new' must be a 'SignedHeader'"},
		"less header": {nil, func(r *http.Request) { r.Header.Del("Content-Type"); r.URL.RawQuery = "Action=x" }, "IncompleteSignatureException",
			"IncompleteSignature", "'content-type' is named as a SignedHeader, but it does not exist in the HTTP request."},
		"no authorization": {nil, func(r *http.Request) { r.Header.Del("Authorization") }, "MissingAuthenticationTokenException", "MissingAuthenticationToken", "Missing Authentication Token"},
		"no parameters":    {nil, set("Authorization", unsigned), "IncompleteSignatureException", "IncompleteSignature", "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter."},
		"empty signature":  {nil, set("Authorization", unsigned+", SignedHeaders=host, Signature="), "IncompleteSignatureException", "IncompleteSignature", "requires 'Signature' parameter."},
		"no date":          {nil, func(r *http.Request) { r.Header.Del("X-Amz-Date") }, "IncompleteSignatureException", "IncompleteSignature", "either a 'X-Amz-Date' or a 'Date' header."},
		"no such date":     {nil, set("X-Amz-Date", "yesterday"), "IncompleteSignatureException", "IncompleteSignature", "Date must be in ISO-8601 'basic format'. Got 'yesterday'."},
		"day of another":   {nil, set("X-Amz-Date", "20000102T000000Z"), "InvalidSignatureException", "SignatureDoesNotMatch", "'20000101' != '20000102', from '20000102T000000Z'."},
		"host not signed":  {nil, set("Authorization", unsigned+", SignedHeaders=x-amz-date, Signature=00"), "", "SignatureDoesNotMatch", "'Host' or ':authority' must be a 'SignedHeader'"},
		"headers repeated": {nil, set("Authorization", unsigned+", SignedHeaders=host;host;x-amz-date, Signature=00"), "", "IncompleteSignature", "SignedHeaders must be sorted"},
		"expired": {func(c *signaturetest.Call) { c.At = c.At.Add(-5*time.Minute - time.Second) }, nil, "InvalidSignatureException", "SignatureDoesNotMatch",
			"Signature expired: 20000101T115459Z is now earlier than 20000101T115500Z (20000101T120000Z - 5 min.)"},
		"early": {func(c *signaturetest.Call) { c.At = c.At.Add(5*time.Minute + time.Second) }, nil, "InvalidSignatureException", "SignatureDoesNotMatch",
			"Signature not yet current: 20000101T120501Z is still later than 20000101T120500Z (20000101T120000Z + 5 min.)"},
		"other service": {func(c *signaturetest.Call) { c.Service = "s3" }, nil, "InvalidSignatureException", "SignatureDoesNotMatch", "Credential should be scoped to correct service: '"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(12 * time.Hour) // away from the change of the date
				s := verifying(t)
				for code, call := range map[string]signaturetest.Call{test.json: listBuckets(time.Now()), test.query: whoAmI(time.Now())} {
					if code == "" {
						continue
					}
					if test.change != nil {
						test.change(&call)
					}
					request := call.Request(t)
					if test.tamper != nil {
						test.tamper(request)
					}
					status, body := serve(t, s, request)
					text := strings.NewReplacer("&#39;", "'").Replace(body)
					if status < 400 || !strings.Contains(text, code) || !strings.Contains(text, test.message) {
						t.Errorf("want %s: %s, have %d: %s", code, test.message, status, body)
					}
					if strings.Contains(body, signaturetest.ExampleSecret) {
						t.Errorf("the secret is told: %s", body)
					}
				}
			})
		})
	}
}

func TestPresignedRequestsThatAreRefused(t *testing.T) {
	t.Parallel()
	replace := func(old, new string) func(*http.Request) {
		return func(r *http.Request) {
			r.URL.RawQuery = strings.Replace(r.URL.RawQuery, old, new, 1)
		}
	}
	tests := map[string]struct {
		change     func(*signaturetest.Call)
		tamper     func(*http.Request)
		code, want string
	}{
		"expired": {func(c *signaturetest.Call) { c.At = c.At.Add(-61 * time.Second) }, nil, "SignatureDoesNotMatch",
			"Signature expired: 20000101T115859Z is now earlier than 20000101T115900Z (20000101T120000Z - 1 min.)"},
		"early":           {func(c *signaturetest.Call) { c.At = c.At.Add(301 * time.Second) }, nil, "SignatureDoesNotMatch", "Signature not yet current"},
		"for ever":        {func(c *signaturetest.Call) { c.Expires = 604_801 }, nil, "IncompleteSignature", "X-Amz-Expires must be a number of seconds from 1 to 604800."},
		"longer":          {nil, replace("X-Amz-Expires=60", "X-Amz-Expires=600"), "SignatureDoesNotMatch", "does not match"},
		"other action":    {nil, replace("GetCallerIdentity", "GetAccessKeyInfo"), "SignatureDoesNotMatch", "does not match"},
		"other algorithm": {nil, replace("AWS4-HMAC-SHA256", "AWS4-X"), "IncompleteSignature", "AWS4-HMAC-SHA256"},
		"no signature":    {nil, replace("X-Amz-Signature", "x"), "IncompleteSignature", "AWS query-string parameters must include 'Signature' parameter."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(12 * time.Hour)
				call := presignedWhoAmI(time.Now())
				if test.change != nil {
					test.change(&call)
				}
				request := call.Request(t)
				if test.tamper != nil {
					test.tamper(request)
				}
				status, body := serve(t, verifying(t), request)
				if status < 400 || !strings.Contains(body, "<Code>"+test.code+"</Code>") || !strings.Contains(body, strings.ReplaceAll(test.want, "'", "&#39;")) {
					t.Errorf("want %s: %s, have %d: %s", test.code, test.want, status, body)
				}
			})
		})
	}
}
