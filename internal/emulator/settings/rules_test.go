package settings

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

// wantTexts wants a parser to read texts that are written as they were read.
func wantTexts[T interface {
	comparable
	fmt.Stringer
}](t *testing.T, parse func(string) (T, error), wants map[string]T) {
	t.Helper()
	for text, want := range wants {
		have, err := parse(text)
		if err != nil || have != want {
			t.Errorf("%s: want %+v, have %+v, %v", text, want, have, err)
		}
		if have.String() != text {
			t.Errorf("want the text %s, have %s", text, have)
		}
	}
}

func wantRefused[T any](t *testing.T, parse func(string) (T, error), wants map[string]string) {
	t.Helper()
	for text, want := range wants {
		if have, err := parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: want an error with %q, have %+v, %v", text, want, have, err)
		}
	}
}

func TestParseRate(t *testing.T) {
	t.Parallel()
	wantTexts(t, ParseRate, map[string]Rate{
		"20":                     {PerSecond: 20},
		"0":                      {},
		"0.5":                    {PerSecond: 0.5},
		"@eu-west-1=5":           {Where{Region: "eu-west-1"}, 5},
		"write=5":                {Where{Operation: "write"}, 5},
		"CreateResource=1":       {Where{Operation: "CreateResource"}, 1},
		"request@us-east-1=0.25": {Where{"request", "us-east-1"}, 0.25},
		"GetCallerIdentity=3":    {Where{Operation: "GetCallerIdentity"}, 3},
	})
	if have, err := ParseRate("eu-west-1=5"); err != nil || have != (Rate{Where{Region: "eu-west-1"}, 5}) {
		t.Errorf("want a region by itself understood, have %v, %v", have, err)
	}
	wantRefused(t, ParseRate, map[string]string{
		"":               `rate "" is not NUMBER or WHERE=NUMBER, as 20, write=5 or @eu-west-1=5`,
		"fast":           `rate "fast" is not NUMBER`,
		"-1":             "is not negative",
		"NaN":            "is not NUMBER",
		"Inf":            "is not NUMBER",
		"1e999":          "is not NUMBER",
		"write=":         "is not NUMBER",
		"writes=5":       `rate "writes=5": "writes" is no operation; operations are `,
		"eu-west-11=5":   `"eu-west-11" is no operation`,
		"@eu-west-11=5":  `unknown region "eu-west-11"; did you mean "eu-west-1"?`,
		"write@=5":       "is not OPERATION, @REGION or OPERATION@REGION",
		"write=5=5":      "is not NUMBER",
		"write@a@us=5":   "unknown region",
		"writes@us=even": "unknown region",
	})
}

func TestParseBurst(t *testing.T) {
	t.Parallel()
	wantTexts(t, ParseBurst, map[string]Burst{
		"10":                {Calls: 10},
		"0":                 {},
		"write=3":           {Where{Operation: "write"}, 3},
		"read@eu-west-1=50": {Where{"read", "eu-west-1"}, 50},
	})
	wantRefused(t, ParseBurst, map[string]string{
		"1.5":    `burst "1.5" must be a whole number`,
		"1e18":   "must be a whole number",
		"-1":     `burst "-1" is not NUMBER`,
		"many=1": `"many" is no operation`,
	})
}

func TestParseStabilize(t *testing.T) {
	t.Parallel()
	wantTexts(t, ParseStabilize, map[string]Stabilize{
		"2s":                               {Delay: Fixed(2 * time.Second)},
		"1s..5s":                           {Delay: Delay{time.Second, 5 * time.Second, false}},
		"p50=1s,p99=1m0s":                  {Delay: Delay{time.Second, time.Minute, true}},
		"AWS::RDS::DBInstance=10m0s":       {"AWS::RDS::DBInstance", Fixed(10 * time.Minute)},
		"AWS::S3::Bucket=p50=1s,p99=1m40s": {"AWS::S3::Bucket", Delay{time.Second, 100 * time.Second, true}},
	})
	wantRefused(t, ParseStabilize, map[string]string{
		"long":               `stabilization: "long" is no time`,
		"S3::Bucket=2s":      `stabilization "S3::Bucket=2s": "S3::Bucket" is not a resource type`,
		"AWS::S3::Bucket=2":  `"2" is no time`,
		"=2s":                "is not a resource type",
		"AWS::S3::Bucket":    "is no time",
		"CreateResource=10s": "is not a resource type",
	})
}

func TestParseHookFailure(t *testing.T) {
	t.Parallel()
	fault := func(f store.HookFault) HookFailure {
		if f.Hook == "" {
			f.Hook = defaultHook
		}
		if f.Message == "" {
			f.Message = defaultHookMessage
		}
		return HookFailure{f}
	}
	wantTexts(t, ParseHookFailure, map[string]HookFailure{
		"*=1":                                  fault(store.HookFault{Probability: 1}),
		"AWS::S3::Bucket=0.5":                  fault(store.HookFault{Type: "AWS::S3::Bucket", Probability: 0.5}),
		"AWS::S3::Bucket=0.5:UpdateResource":   fault(store.HookFault{Type: "AWS::S3::Bucket", Probability: 0.5, Operation: "UPDATE"}),
		"*=0.1,warn":                           fault(store.HookFault{Probability: 0.1, Warn: true}),
		"*=0.1,hook=Own::Guard::Hook":          fault(store.HookFault{Probability: 0.1, Hook: "Own::Guard::Hook"}),
		"*=1:DeleteResource,warn,message=a, b": fault(store.HookFault{Probability: 1, Operation: "DELETE", Warn: true, Message: "a, b"}),
	})
	wantRefused(t, ParseHookFailure, map[string]string{
		"":                               `hook failure "" is not TYPE=PROBABILITY[:OPERATION]`,
		"AWS::S3::Bucket":                "is not TYPE=PROBABILITY",
		"AWS::S3::Bucket=often":          "is not TYPE=PROBABILITY",
		"Bucket=1":                       "the type may also be *",
		"AWS::S3::Bucket=2":              "must be from 0 to 1, not 2",
		"AWS::S3::Bucket=NaN":            "must be from 0 to 1, not NaN",
		"AWS::S3::Bucket=1:GetResource":  `hooks look at CreateResource, UpdateResource, DeleteResource, not at "GetResource"`,
		"AWS::S3::Bucket=1:":             "hooks look at",
		"AWS::S3::Bucket=1,war":          `"war" is none of warn, hook=NAME and message=TEXT`,
		"AWS::S3::Bucket=1,hook=guard":   "the name of a hook is as that of a type",
		"AWS::S3::Bucket=1,message=":     "must not be empty",
		"AWS::S3::Bucket=1,,warn":        `"" is none of`,
		"AWS::S3::Bucket=1:CREATE":       "hooks look at",
		"AWS::S3::Bucket=1,hook=":        "the name of a hook",
		"AWS::S3::Bucket=1:Create,warn,": "hooks look at",
	})
}

func TestWhichRuleDecides(t *testing.T) {
	t.Parallel()
	rules := make([]Latency, 0, 7)
	for _, text := range []string{
		"1s", "@eu-west-1=2s", "read=3s", "read@eu-west-1=4s", "GetResource=5s", "GetResource@eu-west-1=6s", "@eu-west-1=7s",
	} {
		rule, err := ParseLatency(text)
		if err != nil {
			t.Fatal(err)
		}
		rules = append(rules, rule)
	}
	for _, test := range []struct {
		operation, region string
		want              int // seconds
	}{
		{"CreateResource", "us-east-1", 1},
		{"CreateResource", "eu-west-1", 7}, // the last of two alike
		{"ListResources", "us-east-1", 3},
		{"ListResources", "eu-west-1", 4},
		{"GetResource", "us-east-1", 5},
		{"GetResource", "eu-west-1", 6},
	} {
		i := Pick(rules, test.operation, resource.Region(test.region))
		if i < 0 || rules[i].Delay != Fixed(time.Duration(test.want)*time.Second) {
			t.Errorf("%s in %s: want %d s, have rule %d", test.operation, test.region, test.want, i)
		}
	}
	if i := Pick(rules[1:2], "GetResource", "us-east-1"); i != -1 {
		t.Errorf("want no rule, have %d", i)
	}
}

func TestStabilizeTime(t *testing.T) {
	t.Parallel()
	for rules, want := range map[string]struct{ bucket, queue, report time.Duration }{
		"":                                 {},
		"3s":                               {3 * time.Second, 3 * time.Second, 3 * time.Second},
		"1s 3s":                            {3 * time.Second, 3 * time.Second, 3 * time.Second},
		"AWS::S3::Bucket=9s 3s":            {9 * time.Second, 3 * time.Second, 3 * time.Second},
		"3s AWS::S3::Bucket=9s":            {9 * time.Second, 3 * time.Second, 3 * time.Second},
		"AWS::S3::Bucket=9s":               {9 * time.Second, 0, 0},
		"AWS::S3::Bucket=9s p50=2s,p99=2s": {9 * time.Second, 2 * time.Second, 2 * time.Second},
	} {
		var s Settings
		for text := range strings.FieldsSeq(rules) {
			rule, err := ParseStabilize(text)
			if err != nil {
				t.Fatal(err)
			}
			s.Stabilize = append(s.Stabilize, rule)
		}
		for name, want := range map[resource.TypeName]time.Duration{"AWS::S3::Bucket": want.bucket, "AWS::SQS::Queue": want.queue, "": want.report} {
			if have := s.StabilizeTime(name); have != want {
				t.Errorf("%s: want %s for %q, have %s", rules, want, name, have)
			}
		}
	}
	varying := Settings{Stabilize: []Stabilize{{Delay: Delay{low: time.Second, high: 2 * time.Second}}}}
	if have := varying.StabilizeTime("AWS::S3::Bucket"); have < time.Second || have > 2*time.Second {
		t.Errorf("want a draw, have %s", have)
	}
	if have := varying.StabilizeTime(""); have != 0 {
		t.Errorf("want no draw for what is no change, have %s", have)
	}
}

func FuzzParseRules(f *testing.F) {
	for _, text := range []string{"20", "write@eu-west-1=5", "AWS::S3::Bucket=2s", "*=1:DeleteResource,warn,message=a, b", "slow-body=0.1,2s:read@eu-west-1", "2026-01-01T00:00:00Z,frozen"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if r, err := ParseRate(text); err == nil {
			if again, err := ParseRate(r.String()); err != nil || again != r || math.IsNaN(r.PerSecond) {
				t.Errorf("rate %q: have %v and %v, %v", text, r, again, err)
			}
		}
		if b, err := ParseBurst(text); err == nil {
			if again, err := ParseBurst(b.String()); err != nil || again != b {
				t.Errorf("burst %q: have %v and %v, %v", text, b, again, err)
			}
		}
		if s, err := ParseStabilize(text); err == nil {
			if again, err := ParseStabilize(s.String()); err != nil || again != s {
				t.Errorf("stabilization %q: have %v and %v, %v", text, s, again, err)
			}
		}
		if h, err := ParseHookFailure(text); err == nil {
			if again, err := ParseHookFailure(h.String()); err != nil || again != h {
				t.Errorf("hook failure %q: have %v and %v, %v", text, h, again, err)
			}
		}
		if x, err := ParseFault(text); err == nil {
			if again, err := ParseFault(x.String()); err != nil || again != x {
				t.Errorf("fault %q: have %v and %v, %v", text, x, again, err)
			}
		}
		if c, err := ParseClock(text); err == nil && c.frozen {
			if again, err := ParseClock(c.String()); err != nil || !again.at.Equal(c.at) {
				t.Errorf("clock %q: have %v and %v, %v", text, c, again, err)
			}
		}
	})
}

func TestClocksThatAreRefused(t *testing.T) {
	t.Parallel()
	wantRefused(t, ParseClock, map[string]string{
		"":                             `clock "" is not real or a time as 2026-01-01T00:00:00Z, with ,frozen behind`,
		"now":                          "is not real or a time",
		"2026-01-01":                   "is not real or a time",
		"real,frozen":                  "is not real or a time",
		"2026-01-01T00:00:00Z,stopped": "is not real or a time",
		"1969-12-31T23:59:59Z":         "is not real or a time",
	})
}
