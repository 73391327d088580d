package identity

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"skyql/internal/emulator/signature/signaturetest"
)

func BenchmarkAuthenticate(b *testing.B) {
	pair, err := ParseKeyPair(signaturetest.ExampleKey + ":" + signaturetest.ExampleSecret)
	if err != nil {
		b.Fatal(err)
	}
	a := New(0, []KeyPair{pair})
	body := []byte(`{"TypeName":"AWS::S3::Bucket"}`)
	request := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/", bytes.NewReader(body))
	sum := sha256.Sum256(body)
	credentials := aws.Credentials{AccessKeyID: signaturetest.ExampleKey, SecretAccessKey: signaturetest.ExampleSecret}
	err = v4.NewSigner().SignHTTP(context.Background(), credentials, request, hex.EncodeToString(sum[:]), "cloudcontrolapi", "eu-west-1", time.Now())
	if err != nil {
		b.Fatal(err)
	}
	request.Host = request.URL.Host
	if request.Host == "" {
		request.Host = "example.com"
	}
	for b.Loop() {
		if _, refused := a.Authenticate(request, body, "cloudcontrolapi"); refused != nil {
			b.Fatal(refused)
		}
	}
}

func FuzzAuthenticate(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=a/20300101/eu-west-1/sts/aws4_request, SignedHeaders=host;x-amz-date, Signature=00", "a", "")
	f.Add("AWS4-HMAC-SHA256 Credential=////aws4_request,SignedHeaders=;;,Signature==", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=////aws4_request", "20300101T000000Z")
	pair, err := ParseKeyPair("a:b")
	if err != nil {
		f.Fatal(err)
	}
	lenient, strict := New(0, nil), New(0, []KeyPair{pair})
	f.Fuzz(func(t *testing.T, header, query, date string) {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
		request.URL.RawQuery = query
		request.Header["Authorization"], request.Header["X-Amz-Date"] = []string{header}, []string{date}
		if caller, refused := lenient.Authenticate(request, nil, "sts"); refused == nil && len(caller.Scope.Account) != 12 {
			t.Errorf("have account %q", caller.Scope.Account)
		}
		if _, refused := strict.Authenticate(request, nil, "sts"); refused == nil {
			t.Error("want no signature verified that nobody has made")
		}
	})
}
