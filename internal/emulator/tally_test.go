package emulator

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestStatsByRegionAndType(t *testing.T) {
	t.Parallel()
	s := withBucket(t, Options{})
	callIn(t, s, "eu-west-1", "GetResource", readBucket)
	callIn(t, s, "us-east-1", "GetResource", readBucket)
	callIn(t, s, "us-east-1", "ListResources", `{"TypeName":"AWS::SQS::Queue"}`)
	callIn(t, s, "us-east-1", "ListResourceRequests", `{}`)
	const plain = `{"calls":{"GetResource":2,"ListResourceRequests":1,"ListResources":1},"max_in_flight":1,"throttled":0`
	regions, types := `,"regions":{"eu-west-1":1,"us-east-1":3}`, `,"types":{"AWS::S3::Bucket":2,"AWS::SQS::Queue":1}`
	for query, want := range map[string]string{
		"": plain + "}", "?by=region": plain + regions + "}", "?by=type": plain + types + "}", "?by=region,type": plain + regions + types + "}",
	} {
		if status, have := control(t, s, http.MethodGet, "stats"+query, ""); status != 200 || have != want+"\n" {
			t.Errorf("%s: want %s, have %d: %s", query, want, status, have)
		}
	}
	if status, have := control(t, s, http.MethodGet, "stats?by=color", ""); status != 400 || have != `{"error":"by=color: calls are counted by region and by type"}`+"\n" {
		t.Errorf("have %d: %s", status, have)
	}
	s.ResetStats()
	if have := s.Stats(); have.Regions != nil || have.Types != nil {
		t.Errorf("want nothing after a reset, have %+v", have)
	}
}

func TestTallyIsBounded(t *testing.T) {
	t.Parallel()
	var names, other tally
	other.add(strings.Repeat("x", maxName+1))
	if have := other.counts(); have != nil {
		t.Errorf("want a long name left out, have %v", have)
	}
	for i := range maxTally + 10 {
		names.add(fmt.Sprint(i))
	}
	names.add("0")
	if have := names.counts(); len(have) != maxTally || have["0"] != 2 {
		t.Errorf("want %d names and 2 of the first, have %d and %d", maxTally, len(have), have["0"])
	}
}
