package signature

import (
	"bufio"
	"bytes"
	"cmp"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"skyql/internal/emulator/signature/signaturetest"
)

// TestPublishedVectors computes the signatures of AWS's test suite for version 4,
// and of the example in its documentation.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func TestPublishedVectors(t *testing.T) {
	t.Parallel()
	const example, date = "Host:example.amazonaws.com\n", "X-Amz-Date:20150830T123600Z\n"
	tests := map[string]struct{ request, headers, want string }{
		"get-vanilla": {
			"GET / HTTP/1.1\n" + example + date, "host;x-amz-date",
			"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
		},
		"get-relative": {
			"GET /example/.. HTTP/1.1\n" + example + date, "host;x-amz-date",
			"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
		},
		"get-slashes": {
			"GET // HTTP/1.1\n" + example + date, "host;x-amz-date",
			"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
		},
		"get-vanilla-query-order-key-case": {
			"GET /?Param2=value2&Param1=value1 HTTP/1.1\n" + example + date, "host;x-amz-date",
			"b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
		},
		"get-unreserved": {
			"GET /-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz HTTP/1.1\n" + example + date, "host;x-amz-date",
			"07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
		},
		"get-utf8": {
			"GET /ሴ HTTP/1.1\n" + example + date, "host;x-amz-date",
			"8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
		},
		"get-header-key-duplicate": {
			"GET / HTTP/1.1\n" + example + "My-Header1:value2\nMy-Header1:value2\nMy-Header1:value1\n" + date, "host;my-header1;x-amz-date",
			"c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
		},
		"get-header-value-trim": {
			"GET / HTTP/1.1\n" + example + "My-Header1: value1\nMy-Header2: \"a   b   c\"\n" + date, "host;my-header1;my-header2;x-amz-date",
			"acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
		},
		"post-vanilla": {
			"POST / HTTP/1.1\n" + example + date, "host;x-amz-date",
			"5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
		},
		"post-x-www-form-urlencoded": {
			"POST / HTTP/1.1\nContent-Length:13\nContent-Type:application/x-www-form-urlencoded\n" + example + date + "\nParam1=value1",
			"content-type;host;x-amz-date", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if have := exampleSignature(t, test.request, test.headers, "service"); have != test.want {
				t.Errorf("want %s, have %s", test.want, have)
			}
		})
	}
	t.Run("documentation", func(t *testing.T) {
		t.Parallel()
		have := exampleSignature(t, "GET /?Version=2010-05-08&Action=ListUsers HTTP/1.1\nHost:iam.amazonaws.com\n"+
			"Content-Type:application/x-www-form-urlencoded; charset=utf-8\n"+date, "content-type;host;x-amz-date", "iam")
		if want := "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"; have != want {
			t.Errorf("want %s, have %s", want, have)
		}
	})
}

// exampleSignature signs a request, given as text, with the example's key pair.
func exampleSignature(t *testing.T, text, headers, service string) string {
	t.Helper()
	if !strings.Contains(text, "\n\n") {
		text += "\n"
	}
	request, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		t.Fatal(err)
	}
	signer := Credential{service: service, Region: "us-east-1", signature: signature4{day: "20150830"}}
	return sign(signer, signaturetest.ExampleSecret, "20150830T123600Z", canonicalRequest(request, strings.Split(headers, ";"), body))
}

// TestTheSDKSignsTheSame lets the AWS SDK sign requests of all shapes, and wants
// the same signature computed from what arrives.
func TestTheSDKSignsTheSame(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	const letters = "aZ09-._~ !$&'()*+,;=:@%/?#[]üሴ\"<>\\^`{|}"
	text := func(most int) string {
		runes := []rune(letters)
		var b strings.Builder
		for range random.IntN(most + 1) {
			b.WriteRune(runes[random.IntN(len(runes))])
		}
		return b.String()
	}
	for range 2000 {
		c := signaturetest.Call{
			Target: "CloudApiService.ListResources", Key: signaturetest.ExampleKey, Secret: signaturetest.ExampleSecret, Service: "cloudcontrolapi",
			At: time.Date(2026, time.March, 4, 5, 6, 7, 0, time.UTC), Body: text(50),
			Header: http.Header{"X-A": {text(3), text(9)}, "User-Agent": {text(3)}},
		}
		query := make(map[string][]string)
		for range random.IntN(4) {
			name := text(3)
			query[name] = append(query[name], text(5))
		}
		c.Path = "/?" + encodeQuery(query)
		c.Presigned, c.Expires = random.IntN(2) == 0, 60
		request := c.Request(t)
		caller, refused := Parse(request)
		if refused != nil {
			t.Fatalf("%+v: %v", c, refused)
		}
		body, err := io.ReadAll(request.Body)
		if err != nil {
			t.Fatal(err)
		}
		if refused := Verify(request, body, caller, c.Service, c.Secret, c.At); refused != nil {
			t.Fatalf("%+v: %v", c, refused)
		}
	}
}

// encodeQuery writes a query in a form of its own.
func encodeQuery(query map[string][]string) string {
	var parts []string
	for name, values := range query {
		for _, value := range values {
			parts = append(parts, encodeURI(name)+"="+strings.ReplaceAll(encodeURI(value), "%20", "+"))
		}
	}
	return strings.Join(parts, "&")
}

// The date of an HTTP request does as well, if it is signed.
func TestDateHeader(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC()
	body := []byte("Action=GetCallerIdentity&Version=2011-06-15")
	signer := Credential{service: "sts", Region: "eu-west-1", signature: signature4{day: now.Format("20060102")}}
	for headers, want := range map[string]string{"date;host": "", "host": "InvalidSignature"} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(body))
		request.Header.Set("Date", now.Format(http.TimeFormat))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		signed := sign(signer, signaturetest.ExampleSecret, now.Format(signatureDate), canonicalRequest(request, strings.Split(headers, ";"), body))
		request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+signaturetest.ExampleKey+"/"+signer.signature.day+
			"/eu-west-1/sts/aws4_request,SignedHeaders="+headers+",Signature="+signed)
		parsed, refused := Parse(request)
		if refused == nil {
			refused = Verify(request, body, parsed, "sts", signaturetest.ExampleSecret, now)
		}
		if have := cmp.Or(refused, &Refusal{}).Name; have != want {
			t.Errorf("%s signed: want %q, have %q", headers, want, have)
		}
	}
}
