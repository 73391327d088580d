package store

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"testing"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

func BenchmarkGet(b *testing.B) {
	s := New(Options{})
	if err := s.Put(home, bucket, json.RawMessage(`{"BucketName":"files"}`)); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := s.Get(context.Background(), cloudcontrol.GetInput{Call: call(bucket), Identifier: "files"}); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkPage lists one page in the middle of a hundred thousand resources.
func BenchmarkPage(b *testing.B) {
	s := New(Options{})
	for i := range 100_000 {
		if err := s.Put(home, bucket, fmt.Appendf(nil, `{"BucketName":"bucket-%d"}`, i)); err != nil {
			b.Fatal(err)
		}
	}
	in := cloudcontrol.ListInput{Call: call(bucket), NextToken: encodePosition(50_000, string(bucket)+"\x00")}
	b.ReportAllocs()
	for b.Loop() {
		if page, err := s.List(context.Background(), in); err != nil || len(page.Resources) != 100 {
			b.Fatalf("%d resources, %v", len(page.Resources), err)
		}
	}
}

// BenchmarkPopulate tells what a generated resource costs.
func BenchmarkPopulate(b *testing.B) {
	for _, name := range []resource.TypeName{"AWS::SQS::Queue", bucket, "AWS::Cognito::UserPoolClient", "AWS::EC2::Instance"} {
		b.Run(string(name), func(b *testing.B) {
			var before, after runtime.MemStats
			s := New(Options{})
			if err := s.Populate(home, name, 1); err != nil {
				b.Fatal(err)
			}
			runtime.GC()
			runtime.ReadMemStats(&before)
			if err := s.Populate(home, name, b.N); err != nil {
				b.Fatal(err)
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(b.N), "kept-B/op")
			runtime.KeepAlive(s)
		})
	}
}
