package store

import (
	"fmt"
	"testing"

	"skyql/internal/tagging"
)

// BenchmarkTaggedResources looks through a hundred thousand buckets, of which
// every hundredth has the tag.
func BenchmarkTaggedResources(b *testing.B) {
	s := hundredThousand(b)
	in := tagging.ResourcesInput{Scope: home, Filters: []tagging.Filter{{Key: "rare"}}}
	b.ReportAllocs()
	for b.Loop() {
		found := 0
		for page := (tagging.ResourcePage{PaginationToken: "x"}); page.PaginationToken != ""; found += len(page.Resources) {
			var err error
			if page, err = s.TaggedResources(b.Context(), in); err != nil {
				b.Fatal(err)
			}
			in.PaginationToken = page.PaginationToken
		}
		if found != 1000 {
			b.Fatalf("want 1000, have %d", found)
		}
	}
}

// BenchmarkTagResources tags by ARN, twenty at a time.
func BenchmarkTagResources(b *testing.B) {
	s := hundredThousand(b)
	in := tagging.TagInput{Scope: home, Tags: map[string]string{"a": "b"}}
	for i := range 20 {
		in.ARNs = append(in.ARNs, fmt.Sprintf("arn:aws:s3:::bucket-%d", i*100))
	}
	b.ReportAllocs()
	for b.Loop() {
		if failures, err := s.TagResources(b.Context(), in); err != nil || len(failures) > 0 {
			b.Fatal(failures, err)
		}
	}
}

func hundredThousand(b *testing.B) *Store {
	b.Helper()
	s := New(Options{})
	for i := range 100_000 {
		tags := `{"Key":"common","Value":"x"}`
		if i%100 == 0 {
			tags += `,{"Key":"rare","Value":"y"}`
		}
		if err := s.Put(home, bucket, fmt.Appendf(nil, `{"BucketName":"bucket-%d","Tags":[%s]}`, i, tags)); err != nil {
			b.Fatal(err)
		}
	}
	return s
}
