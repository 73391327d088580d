package settings

import (
	"strings"
	"testing"
	"time"
)

func TestParseFault(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Fault{
		"throttle=0.1":                      {Kind: FaultThrottle, Probability: 0.1},
		"error=1":                           {Kind: FaultError, Probability: 1},
		"lost=0":                            {Kind: FaultLost, Probability: 0},
		"late-throttle=.5":                  {Kind: FaultLateThrottle, Probability: 0.5},
		"lost=0.05:CreateResource":          {Kind: FaultLost, Probability: 0.05, Operation: "CreateResource"},
		"throttle=1:GetCallerIdentity":      {Kind: FaultThrottle, Probability: 1, Operation: "GetCallerIdentity"},
		"late-throttle=0.25:DeleteResource": {Kind: FaultLateThrottle, Probability: 0.25, Operation: "DeleteResource"},
		"late-throttle=1:write":             {Kind: FaultLateThrottle, Probability: 1, Operation: "write"},
		"throttle=0.1:GetResource@eu-west-1": {
			Kind: FaultThrottle, Probability: 0.1, Operation: "GetResource", Region: "eu-west-1",
		},
		"cut=1@us-east-1":            {Kind: FaultCut, Probability: 1, Region: "us-east-1"},
		"unavailable=1:tagging":      {Kind: FaultUnavailable, Probability: 1, Operation: "tagging"},
		"cut-body=0.5":               {Kind: FaultCutBody, Probability: 0.5},
		"slow-body=0.5":              {Kind: FaultSlowBody, Probability: 0.5},
		"slow-body=0.5,1m0s:read":    {Kind: FaultSlowBody, Probability: 0.5, Operation: "read", Time: time.Minute},
		"error=1:tagging:GetTagKeys": {Kind: FaultError, Probability: 1, Operation: "tagging:GetTagKeys"},
	} {
		have, err := ParseFault(text)
		if err != nil || have != want {
			t.Errorf("%s: want %+v, have %+v, %v", text, want, have, err)
		}
		if again, err := ParseFault(have.String()); err != nil || again != have {
			t.Errorf("%s: want the same from %s, have %+v, %v", text, have, again, err)
		}
	}
}

func TestFaultsThatAreRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                               `fault "" is not KIND=PROBABILITY`,
		"throttle":                       "is not KIND=PROBABILITY",
		"throttle=":                      "is not KIND=PROBABILITY",
		"throttle=often":                 "kinds are throttle, error, unavailable, cut, late-throttle, lost, cut-body, slow-body",
		"lost=0.5:":                      "is not KIND=PROBABILITY",
		"slow=0.5":                       `no kind of fault is called "slow"; kinds are throttle, error, unavailable, `,
		"lost=1.5":                       "must be from 0 to 1, not 1.5",
		"lost=-1":                        "must be from 0 to 1, not -1",
		"lost=NaN":                       "must be from 0 to 1, not NaN",
		"lost=0.5:GetBucket":             `fault lost: "GetBucket" is no operation; operations are CreateResource, `,
		"late-throttle=0.5:GetResource":  "cannot hit GetResource, which starts no request",
		"late-throttle=1:ListResources":  "use it with CreateResource, UpdateResource, DeleteResource",
		"error=0.1:tagging:GetResource":  "is no operation",
		"error=0.1:CreateResource:again": "is no operation",
		"error=0.1@":                     "is not KIND=PROBABILITY",
		"error=0.1:@eu-west-1":           "is not KIND=PROBABILITY",
		"error=0.1@eu-west-11":           `unknown region "eu-west-11"`,
		"error=0.1,2s":                   "fault error takes no time; only slow-body does",
		"slow-body=0.1,":                 "is not KIND=PROBABILITY",
		"slow-body=0.1,2":                "is not KIND=PROBABILITY",
		"slow-body=0.1,-2s":              "must be above 0 and at most 10m0s, not -2s",
		"slow-body=0.1,0s":               "is not KIND=PROBABILITY",
		"slow-body=0.1,11m":              "must be above 0 and at most 10m0s, not 11m0s",
		"late-throttle=1:read":           "cannot hit read, which starts no request",
	} {
		_, err := ParseFault(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: want an error with %q, have %v", text, want, err)
		}
	}
}

func TestSettingsThatEndBeforeTheyBegin(t *testing.T) {
	t.Parallel()
	err := Settings{Latency: []Latency{{Delay: Delay{low: 2, high: 1}}}}.Check()
	if err == nil || !strings.Contains(err.Error(), "ends before") {
		t.Errorf("want the latency refused, have %v", err)
	}
}
