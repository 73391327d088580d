package emulator

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

// BenchmarkHTTP makes calls over sockets, as many at a time as a client of this
// program does.
func BenchmarkHTTP(b *testing.B) {
	s := store.New(store.Options{})
	if err := s.Populate(resource.Scope{Region: "eu-west-1"}, "AWS::S3::Bucket", 1000); err != nil {
		b.Fatal(err)
	}
	if err := s.Put(resource.Scope{Region: "eu-west-1"}, "AWS::S3::Bucket", []byte(`{"BucketName":"files"}`)); err != nil {
		b.Fatal(err)
	}
	server := New(s, Options{Listen: "127.0.0.1:0"})
	if err := server.Start(context.Background()); err != nil {
		b.Fatal(err)
	}
	defer server.Stop()
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	for operation, body := range map[string]string{
		"GetResource":    `{"TypeName":"AWS::S3::Bucket","Identifier":"files"}`,
		"ListResources":  `{"TypeName":"AWS::S3::Bucket"}`,
		"UpdateResource": `{"TypeName":"AWS::S3::Bucket","Identifier":"files","PatchDocument":"[]"}`,
	} {
		b.Run(operation, func(b *testing.B) {
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					benchmarkCall(b, client, server.URL(), operation, body)
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
		})
	}
}

func benchmarkCall(b *testing.B, client *http.Client, url, operation, body string) {
	request, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		b.Error(err)
		return
	}
	request.Header.Set("X-Amz-Target", targetPrefix+operation)
	request.Header.Set("Authorization", anySignature)
	response, err := client.Do(request)
	if err != nil {
		b.Error(err)
		return
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
		b.Errorf("%s: %d, %v", operation, response.StatusCode, err)
	}
}
