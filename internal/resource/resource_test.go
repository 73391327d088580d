package resource_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/resource"
)

func TestParseTypeName(t *testing.T) {
	t.Parallel()
	name, err := resource.ParseTypeName("AWS::S3::Bucket")
	if err != nil || name.Organization() != "AWS" || name.Service() != "S3" || name.Thing() != "Bucket" {
		t.Errorf("have %s %s %s, %v", name.Organization(), name.Service(), name.Thing(), err)
	}
	for _, bad := range []string{
		"", "AWS", "AWS::S3", "AWS::S3::Bucket::MODULE", "AWS::S 3::Bucket", "A::S3::Bucket", "AWS::S3::B",
		"AWS::S3::" + strings.Repeat("x", 65), "AWS::S3::Bücket",
	} {
		if _, err := resource.ParseTypeName(bad); err == nil {
			t.Errorf("%q: want an error", bad)
		}
	}
}

func FuzzParseTypeName(f *testing.F) {
	f.Add("AWS::S3::Bucket")
	f.Add("::::")
	f.Fuzz(func(t *testing.T, text string) {
		name, err := resource.ParseTypeName(text)
		if err != nil {
			return
		}
		if again := name.Organization() + "::" + name.Service() + "::" + name.Thing(); again != text {
			t.Errorf("%q became %q", text, again)
		}
	})
}

func TestIdentifier(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		identifier string
		n          int
		want       []string
		ok         bool
	}{
		{"a", 1, []string{"a"}, true},
		{"a|b", 1, []string{"a|b"}, true},
		{"a|b", 2, []string{"a", "b"}, true},
		{"a|", 2, []string{"a", ""}, true},
		{"a|b|c", 2, []string{"a", "b", "c"}, false},
		{"a", 2, []string{"a"}, false},
	} {
		parts, ok := resource.SplitIdentifier(test.identifier, test.n)
		if !slices.Equal(parts, test.want) || ok != test.ok {
			t.Errorf("%q in %d: want %v %v, have %v %v", test.identifier, test.n, test.want, test.ok, parts, ok)
		}
	}
	for _, test := range []struct{ identifier, want string }{
		{"", "an empty identifier names no resource"},
		{"a", `identifier "a" has 1 of 2 parts: want p|c`},
		{"a|b", "<nil>"},
		{"a|b|c", "<nil>"}, // a part may contain the separator
	} {
		if got := fmt.Sprint(resource.CheckIdentifier(test.identifier, []string{"p", "c"})); got != test.want {
			t.Errorf("%q: want %s, have %s", test.identifier, test.want, got)
		}
	}
}

func FuzzIdentifier(f *testing.F) {
	f.Add("a", "b")
	f.Add("|", "")
	f.Fuzz(func(t *testing.T, a, b string) {
		joined := resource.JoinIdentifier(a, b)
		parts, ok := resource.SplitIdentifier(joined, 2)
		if clean := !strings.Contains(a+b, "|"); clean != ok {
			t.Errorf("%q and %q: split says %v", a, b, ok)
		} else if ok && (parts[0] != a || parts[1] != b) {
			t.Errorf("%q and %q became %q", a, b, parts)
		}
	})
}

func TestRegions(t *testing.T) {
	t.Parallel()
	for region, want := range map[resource.Region]string{
		"us-east-1": "aws", "eu-west-1": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov",
		"eusc-de-east-1": "aws-eusc", "cn-new-9": "aws-cn", "ap-new-9": "aws",
	} {
		if got := resource.PartitionOf(region).Name; got != want {
			t.Errorf("%s: want %s, have %s", region, want, got)
		}
	}
	all := resource.AllRegions()
	if len(all) < 35 || !resource.KnownRegion("us-west-2") || resource.KnownRegion("us-west-9") || resource.KnownRegion("") {
		t.Errorf("regions: %v", all)
	}
	slices.Sort(all)
	if len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Error("a region is listed twice")
	}
}

func TestClosest(t *testing.T) {
	t.Parallel()
	words := []string{"buckets", "bucket_policies", "user_pools", "user_pool_clients"}
	for word, want := range map[string]string{
		"bukets": "buckets", "buckest": "buckets", "user_pool_client": "user_pool_clients", "xyzzy": "", "b": "",
		"user_polls": "user_pools", "": "",
	} {
		if got := resource.Closest(word, words); got != want {
			t.Errorf("%q: want %q, have %q", word, want, got)
		}
	}
}

func TestErrorIsItsCode(t *testing.T) {
	t.Parallel()
	inner := errors.New("inner")
	err := fmt.Errorf("around: %w", &resource.Error{
		Operation: "GetResource", Type: "AWS::S3::Bucket", Identifier: "b", Scope: resource.Scope{Account: "1", Region: "us-east-1"},
		Code: resource.NotFound, Message: "gone", Err: inner,
	})
	if !errors.Is(err, resource.NotFound) || errors.Is(err, resource.Throttling) || !errors.Is(err, inner) {
		t.Error("errors.Is does not tell the code")
	}
	if resource.CodeOf(err) != resource.NotFound || resource.CodeOf(inner) != resource.Unknown {
		t.Error("CodeOf")
	}
	want := `around: GetResource AWS::S3::Bucket "b" in us-east-1 (account 1): NotFound: gone`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
}

func TestKindNames(t *testing.T) {
	t.Parallel()
	for kind, want := range map[resource.Kind]string{
		resource.Text: "string", resource.Boolean: "boolean", resource.JSON: "json", resource.Any: "any", 99: "any",
	} {
		if got := kind.String(); got != want {
			t.Errorf("%d: want %s, have %s", kind, want, got)
		}
	}
}
