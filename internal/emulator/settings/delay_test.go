package settings

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseDelay(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Delay{
		"0":                      {},
		"0s":                     {},
		"50ms":                   Fixed(50 * time.Millisecond),
		"20ms..200ms":            {20 * time.Millisecond, 200 * time.Millisecond, false},
		"0..1s":                  {0, time.Second, false},
		"2s..2s":                 Fixed(2 * time.Second),
		"p50=40ms,p99=400ms":     {40 * time.Millisecond, 400 * time.Millisecond, true},
		"p50=1s,p99=1s":          {time.Second, time.Second, true},
		"8760h":                  Fixed(maxDelay),
		"p50=1ms,p99=8760h":      {time.Millisecond, maxDelay, true},
		"1h30m..2h":              {90 * time.Minute, 2 * time.Hour, false},
		"1.5s":                   Fixed(1500 * time.Millisecond),
		"p50=1.5ms,p99=0.0015s":  {1500 * time.Microsecond, 1500 * time.Microsecond, true},
		"100us..100000000000ns":  {100 * time.Microsecond, 100 * time.Second, false},
		"p50=0s,p99=0s":          {0, 0, true},
		"p50=100ns,p99=0.0001ms": {100, 100, true},
	} {
		have, err := ParseDelay(text)
		if err != nil || have != want {
			t.Errorf("%s: want %+v, have %+v, %v", text, want, have, err)
		}
		if again, err := ParseDelay(have.String()); err != nil || again != have {
			t.Errorf("%s: want the same from %s, have %+v, %v", text, have, again, err)
		}
	}
}

func TestDelaysThatAreRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                   `"" is no time; times are as 50ms, 20ms..200ms or p50=40ms,p99=400ms`,
		"soon":               `"soon" is no time`,
		"50":                 `"50" is no time`,
		"-1s":                "must be from 0 to a year",
		"8761h":              "must be from 0 to a year",
		"20ms..":             "is no time",
		"..20ms":             "is no time",
		"2s..1s":             `time "2s..1s" ends before it begins`,
		"1s..2s..3s":         "is no time",
		"p50=40ms":           "is no time",
		"p99=40ms":           "is no time",
		"p50=40ms,p90=400ms": "is no time",
		"p50=40ms,400ms":     "is no time",
		"p50=2s,p99=1s":      "ends before it begins",
		"p50=0s,p99=1s":      "needs a median above 0",
		"p50=-1s,p99=1s":     "must be from 0",
	} {
		if have, err := ParseDelay(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: want an error with %q, have %v, %v", text, want, have, err)
		}
	}
}

func TestDraws(t *testing.T) {
	t.Parallel()
	const n = 20_000
	for text, want := range map[string]struct {
		least, median, tail, most time.Duration // of n draws, the two in the middle about
	}{
		"50ms":               {50 * time.Millisecond, 50 * time.Millisecond, 50 * time.Millisecond, 50 * time.Millisecond},
		"100ms..200ms":       {100 * time.Millisecond, 150 * time.Millisecond, 199 * time.Millisecond, 200 * time.Millisecond},
		"p50=40ms,p99=400ms": {0, 40 * time.Millisecond, 400 * time.Millisecond, 4 * time.Second},
		"p50=2s,p99=2s":      {2 * time.Second, 2 * time.Second, 2 * time.Second, 2 * time.Second},
	} {
		delay, err := ParseDelay(text)
		if err != nil {
			t.Fatal(err)
		}
		all := make([]time.Duration, n)
		for i := range all {
			all[i] = delay.Draw()
		}
		slices.Sort(all)
		about := func(have, want time.Duration) bool { return have >= want*8/10 && have <= want*12/10 }
		if all[0] < want.least || all[n-1] > want.most || !about(all[n/2], want.median) || !about(all[n*99/100], want.tail) {
			t.Errorf("%s: want %v, have %s, %s, %s, %s", text, want, all[0], all[n/2], all[n*99/100], all[n-1])
		}
		if delay.IsFixed() != (want.least == want.most) {
			t.Errorf("%s: want IsFixed to tell whether draws differ", text)
		}
	}
}

func TestParseLatency(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Latency{
		"50ms":                             {Delay: Fixed(50 * time.Millisecond)},
		"p50=1s,p99=2s":                    {Delay: Delay{time.Second, 2 * time.Second, true}},
		"ListResources=200ms":              {Where{Operation: "ListResources"}, Fixed(200 * time.Millisecond)},
		"@eu-west-1=2s":                    {Where{Region: "eu-west-1"}, Fixed(2 * time.Second)},
		"write@eu-west-1=1s..2s":           {Where{"write", "eu-west-1"}, Delay{time.Second, 2 * time.Second, false}},
		"tagging:GetTagKeys=p50=1s,p99=2s": {Where{Operation: "tagging:GetTagKeys"}, Delay{time.Second, 2 * time.Second, true}},
	} {
		have, err := ParseLatency(text)
		if err != nil || have != want {
			t.Errorf("%s: want %+v, have %+v, %v", text, want, have, err)
		}
		if have.String() != text {
			t.Errorf("want the text %s, have %s", text, have)
		}
	}
	for text, want := range map[string]string{
		"GetBucket=1s":           `latency "GetBucket=1s": "GetBucket" is no operation; operations are CreateResource, `,
		"=1s":                    "is not OPERATION, @REGION or OPERATION@REGION",
		"@=1s":                   "is not OPERATION",
		"ListResources@=1s":      "is not OPERATION",
		"@mars-1=1s":             `unknown region "mars-1"`,
		"ListResources":          `latency: "ListResources" is no time`,
		"ListResources=fast":     `latency: "fast" is no time`,
		"ListResources=":         `latency: "" is no time`,
		"read=write=1s":          `"write=1s" is no time`,
		"p50=1s":                 "is no time",
		"eu-west-1=p50=1s,p99=0": "ends before it begins",
	} {
		if _, err := ParseLatency(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: want an error with %q, have %v", text, want, err)
		}
	}
}

func FuzzParseLatency(f *testing.F) {
	for _, text := range []string{"50ms", "@eu-west-1=2s", "ListResources=20ms..200ms", "write@us-east-1=p50=40ms,p99=400ms", "p50=,p99="} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := ParseLatency(text)
		if err != nil {
			return
		}
		if again, err := ParseLatency(l.String()); err != nil || again != l {
			t.Errorf("%q: want the same from %q, have %+v and %+v, %v", text, l, l, again, err)
		}
		if drawn := l.Delay.Draw(); drawn < 0 || drawn > longest*maxDelay {
			t.Errorf("%q: draws %s", text, drawn)
		}
	})
}
