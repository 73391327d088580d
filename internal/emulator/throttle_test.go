package emulator

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/emulator/protocol"
)

// passes tells how many of 20 calls at once are let through.
func passes(t *testing.T, s *Server, region, operation string) (count int) {
	t.Helper()
	for range 20 {
		if _, body := callIn(t, s, region, operation, readBucket); !strings.Contains(body, "ThrottlingException") {
			count++
		}
	}
	return count
}

func TestRatesByOperationAndRegion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := withBucket(t, Options{})
		turnKnobs(t, s, `{"rate":["4","write=1","ListResources@eu-west-1=1","@us-west-2=0"],"burst":["6","write=3","@ap-south-1=2"]}`)
		for _, test := range []struct {
			region, operation string
			want              int
		}{
			{"eu-west-1", "GetResource", 6},
			{"eu-west-1", "ListResources", 6},
			{"eu-west-1", "CreateResource", 3},
			{"eu-west-1", "DeleteResource", 0}, // writes have one bucket
			{"us-east-1", "GetResource", 6},
			{"us-east-1", "ListResources", 0}, // the same bucket there
			{"us-east-1", "DeleteResource", 3},
			{"us-west-2", "GetResource", 20}, // no bound
			{"us-west-2", "UpdateResource", 3},
			{"ap-south-1", "GetResource", 2},
			{"ap-south-1", "CreateResource", 3},
		} {
			if have := passes(t, s, test.region, test.operation); have != test.want {
				t.Errorf("%s in %s: want %d, have %d", test.operation, test.region, test.want, have)
			}
		}
		time.Sleep(time.Second)
		for operation, want := range map[string]int{"GetResource": 4, "ListResources": 1, "CreateResource": 1} {
			if have := passes(t, s, "eu-west-1", operation); have != want {
				t.Errorf("%s after a second: want %d, have %d", operation, want, have)
			}
		}
	})
}

func TestBucketsAfterAChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := withBucket(t, Options{})
		for _, step := range []struct {
			change string
			want   int
		}{
			{`{"rate":1,"burst":3}`, 3},
			{`{"latency":"0s"}`, 0}, // other knobs leave the bucket as it is
			{`{"rate":1}`, 3},       // full again
			{`{"burst":5}`, 5},      //
			{`{"burst":null}`, 5},   // at least
			{`{"rate":48}`, 12},     // a quarter of a second's
			{`{"rate":0}`, 20},      // no bound
			{`{"rate":null}`, 20},   //
			{`{"rate":["tagging=1","GetCallerIdentity=1"]}`, 20}, // not for these calls
		} {
			turnKnobs(t, s, step.change)
			if have := passes(t, s, "eu-west-1", "GetResource"); have != step.want {
				t.Errorf("%s: want %d, have %d", step.change, step.want, have)
			}
		}
	})
}

func TestRatesOfOtherServices(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := withBucket(t, Options{})
		turnKnobs(t, s, `{"rate":["0.001","tagging=1","GetCallerIdentity=1"],"burst":["1","tagging=2","GetCallerIdentity=1"]}`)
		tags, caller := 0, 0
		for range 5 {
			if status, _ := callTagging(t, s, "GetTagKeys", `{}`); status == http.StatusOK {
				tags++
			}
			form := exchange{contentType: protocol.Form, body: "Action=GetCallerIdentity&Version=2011-06-15"}
			if status, _ := read(t, form.do(t, s)); status == http.StatusOK {
				caller++
			}
		}
		if tags != 2 || caller != 1 {
			t.Errorf("want 2 and 1, have %d and %d", tags, caller)
		}
	})
}
