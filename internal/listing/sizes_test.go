package listing_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"skyql/internal/listing"
	"skyql/internal/resource"
)

func TestSizes(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "skyql", "sizes.json")
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	open := func(owner string) *listing.Sizes {
		return listing.NewSizes(listing.SizesOptions{Path: path, Owner: owner, Now: func() time.Time { return now }})
	}
	shown := func(s *listing.Sizes, region resource.Region, name resource.TypeName) string {
		return fmt.Sprint(s.Size(region, name))
	}
	const buckets, clients = "AWS::S3::Bucket", "AWS::Cognito::UserPoolClient"
	s := open("me")
	if got := shown(s, "us-east-1", buckets); got != "0 0" {
		t.Errorf("before anything was learned: %s", got)
	}
	s.Counted("us-east-1", buckets, false, 7)
	s.Counted("us-east-1", buckets, false, 5) // a later list
	s.Counted("eu-west-1", buckets, false, 0)
	s.Counted("us-east-1", clients, true, 4)
	s.Counted("us-east-1", clients, true, 1) // below another parent
	check := func(s *listing.Sizes) {
		t.Helper()
		got := shown(s, "us-east-1", buckets) + ", " + shown(s, "eu-west-1", buckets) + ", " + shown(s, "us-east-1", clients)
		if got != "5 0, 1 0, 0 3" {
			t.Error(got)
		}
	}
	check(s)
	if err := s.Save(); err != nil {
		t.Fatal(err)
	}
	check(open("me"))
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	other := open("other")
	if got := shown(other, "us-east-1", buckets); got != "0 0" {
		t.Errorf("of somebody else: %s", got)
	}
	other.Counted("us-east-1", buckets, false, 99)
	if err := other.Save(); err != nil {
		t.Fatal(err)
	}
	check(open("me"))
	now = now.AddDate(0, 2, 0)
	if got := shown(open("me"), "us-east-1", buckets); got != "0 0" {
		t.Errorf("too old: %s", got)
	}
	for _, broken := range []string{"", "{", `[{"Owner": "me", "Region": "us-east-1", "Type": "AWS::S3::Bucket", "Resources": -4, "Lists": 1}]`} {
		if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := shown(open("me"), "us-east-1", buckets); got != "0 0" {
			t.Errorf("%q: %s", broken, got)
		}
	}
}
