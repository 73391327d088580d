package emulator

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/emulator/opname"
	"skyql/internal/emulator/organizations"
	"skyql/internal/emulator/settings"
	"skyql/internal/emulator/sts"
)

const readBucket = `{"TypeName":"AWS::S3::Bucket","Identifier":"files"}`

func TestStats(t *testing.T) {
	t.Parallel()
	s := withBucket(t, Options{})
	for range 3 {
		call(t, s, "GetResource", readBucket)
	}
	call(t, s, "ListResources", `{"TypeName":"AWS::S3::Nothing"}`)
	call(t, s, "NoSuchOperation", `{}`)
	wantStats := func(want string) {
		t.Helper()
		response := exchange{method: http.MethodGet, path: "/_emulator/stats", authorization: "-"}.do(t, s)
		if status, body := read(t, response); status != http.StatusOK || body != want+"\n" {
			t.Errorf("want %s, have %d: %s", want, status, body)
		}
	}
	wantStats(`{"calls":{"GetResource":3,"ListResources":1},"max_in_flight":1,"throttled":0}`)
	response := exchange{path: "/_emulator/reset-stats", authorization: "-"}.do(t, s)
	if status, body := read(t, response); status != http.StatusNoContent || body != "" {
		t.Errorf("want 204, have %d: %s", status, body)
	}
	wantStats(`{"calls":{},"max_in_flight":0,"throttled":0}`)
}

// Every operation that is answered can be counted, and named in settings.
func TestEveryOperationHasItsName(t *testing.T) {
	t.Parallel()
	answered := slices.Concat(slices.Collect(maps.Keys(operations)), slices.Collect(maps.Keys(taggingOperations)),
		slices.Collect(maps.Keys(sts.Actions)), slices.Collect(maps.Keys(organizations.Operations)))
	slices.Sort(answered)
	if diff := cmp.Diff(slices.Sorted(slices.Values(opname.All[:])), answered); diff != "" {
		t.Errorf("(-named +answered)\n%s", diff)
	}
	for _, name := range answered {
		if _, want := operations[name]; opname.OfCloudControl(name) != want {
			t.Errorf("%s: want it of Cloud Control: %t", name, want)
		}
	}
}

func TestLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := withBucket(t, Options{Settings: settings.Settings{Latency: latency(30 * time.Millisecond)}})
		start := time.Now()
		var calls sync.WaitGroup
		for range 5 {
			calls.Go(func() { call(t, s, "GetResource", readBucket) })
		}
		calls.Wait()
		if took := time.Since(start); took != 30*time.Millisecond {
			t.Errorf("want 30ms, took %s", took)
		}
		want := Stats{
			Calls: map[string]int64{"GetResource": 5}, MaxInFlight: 5,
			Regions: map[string]int64{"eu-west-1": 5}, Types: map[string]int64{"AWS::S3::Bucket": 5},
		}
		if diff := cmp.Diff(want, s.Stats()); diff != "" {
			t.Errorf("stats (-want +have)\n%s", diff)
		}
		exchange{method: http.MethodGet, path: "/_emulator/stats"}.do(t, s)
		if took := time.Since(start); took != 30*time.Millisecond {
			t.Errorf("want stats at once, took %s", took-30*time.Millisecond)
		}
	})
}

func TestLatencyEndsWithTheCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := withBucket(t, Options{Settings: settings.Settings{Latency: latency(time.Hour)}})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		request := exchange{target: targetPrefix + "GetResource", body: readBucket}.request(ctx)
		start := time.Now()
		func() {
			defer func() {
				if reason := recover(); reason != http.ErrAbortHandler {
					t.Errorf("want the connection cut, have %v", reason)
				}
			}()
			s.ServeHTTP(discard{}, request)
		}()
		if took := time.Since(start); took != time.Second {
			t.Errorf("want 1s, took %s", took)
		}
	})
}

func TestRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := withBucket(t, Options{Settings: settings.Settings{Rates: []settings.Rate{{PerSecond: 20}}, Bursts: []settings.Burst{{Calls: 2}}}})
		answered := func(n int) (count int) {
			t.Helper()
			for range n {
				status, body := call(t, s, "GetResource", readBucket)
				switch {
				case status == http.StatusOK:
					count++
				case status != 400 || body !=
					`{"__type":"com.amazon.coral.availability#ThrottlingException","Message":"Rate exceeded"}`:
					t.Errorf("have %d: %s", status, body)
				}
			}
			return count
		}
		if have := answered(10); have != 2 {
			t.Errorf("want a burst of 2, have %d", have)
		}
		total := 0
		for range 100 {
			time.Sleep(10 * time.Millisecond)
			total += answered(1)
		}
		if total != 20 {
			t.Errorf("want 20 in a second, have %d", total)
		}
		stats := s.Stats()
		if stats.Calls["GetResource"] != 22 || stats.Throttled != 88 {
			t.Errorf("want 22 calls and 88 throttled, have %+v", stats)
		}
		time.Sleep(time.Hour)
		if have := answered(10); have != 2 {
			t.Errorf("want no larger burst after a pause, have %d", have)
		}
		elsewhere := exchange{
			target: targetPrefix + "ListResources", body: `{"TypeName":"AWS::S3::Bucket"}`,
			authorization: "AWS4-HMAC-SHA256 Credential=AKID/20300101/us-east-1/cloudcontrolapi/aws4_request, SignedHeaders=host, Signature=00",
		}
		if status, _ := read(t, elsewhere.do(t, s)); status != http.StatusOK {
			t.Errorf("want other regions unimpeded, have %d", status)
		}
	})
}
