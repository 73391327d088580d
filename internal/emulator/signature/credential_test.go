package signature

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestParseAuthorization(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		header string
		want   authorization
		ok     bool
	}{
		"all":            {"AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host;date, Signature=00", authorization{"a/b", "host;date", "00"}, true},
		"without spaces": {"AWS4-HMAC-SHA256 Credential=a/b,SignedHeaders=host,Signature=00", authorization{"a/b", "host", "00"}, true},
		"another order":  {"AWS4-HMAC-SHA256 Signature=00,  Credential=a/b", authorization{"a/b", "", "00"}, true},
		"equal signs":    {"AWS4-HMAC-SHA256 Credential=a=b", authorization{credential: "a=b"}, true},
		"what else":      {"AWS4-HMAC-SHA256 New=x,Credential=a", authorization{credential: "a"}, true},
		"nothing":        {"AWS4-HMAC-SHA256 ", authorization{}, true},
		"one twice":      {"AWS4-HMAC-SHA256 Credential=a, Credential=b", authorization{}, false},
		"no space":       {"AWS4-HMAC-SHA256", authorization{}, false},
		"other":          {"AWS4-ECDSA-P256-SHA256 Credential=a", authorization{}, false},
		"bearer":         {"Bearer Credential=a", authorization{}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			have, ok := parseAuthorization(test.header)
			if have != test.want || ok != test.ok {
				t.Errorf("want %+v, %t, have %+v, %t", test.want, test.ok, have, ok)
			}
		})
	}
}

func FuzzParseAuthorization(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=a/20300101/eu-west-1/sts/aws4_request, SignedHeaders=host;x-amz-date, Signature=00", "a", "")
	f.Add("AWS4-HMAC-SHA256 Credential=////aws4_request,SignedHeaders=;;,Signature==", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=////aws4_request", "20300101T000000Z")
	f.Fuzz(func(t *testing.T, header, query, date string) {
		if a, ok := parseAuthorization(header); ok {
			again, ok := parseAuthorization(algorithm + " Credential=" + a.credential + ",SignedHeaders=" + a.signedHeaders + ",Signature=" + a.signature)
			if trim := strings.TrimSpace; !ok || trim(again.credential) != trim(a.credential) || trim(again.signature) != trim(a.signature) {
				t.Errorf("want %+v again, have %+v, %t", a, again, ok)
			}
		}
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
		request.URL.RawQuery = query
		request.Header["Authorization"], request.Header["X-Amz-Date"] = []string{header}, []string{date}
		signer, refused := Parse(request)
		if refused == nil && Verify(request, nil, signer, "sts", "secret", time.Now()) == nil {
			t.Error("want no signature verified that nobody has made")
		}
	})
}
