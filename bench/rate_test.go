//go:build unix

package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"
)

// stats is what an emulator counts.
type stats struct {
	Calls     map[string]int
	Throttled int
}

// all counts the calls, throttled or not.
func (s stats) all() int {
	n := s.Throttled
	for _, calls := range s.Calls {
		n += calls
	}
	return n
}

func readStats(url string) (s stats, err error) {
	reply, err := http.Get(url + "/_emulator/stats")
	if err != nil {
		return s, err
	}
	defer reply.Body.Close()
	err = json.NewDecoder(reply.Body).Decode(&s)
	return s, err
}

// A service that allows few calls a second. In a cold run nothing is known of
// that; a warm one has in its cache what a run before has found.
func BenchmarkThrottled(b *testing.B) {
	if testing.Short() {
		b.Skip("skipped: to wait for a slow service takes minutes")
	}
	for _, c := range []struct {
		rate, buckets int
		warm          bool
	}{{20, 400, false}, {20, 400, true}, {2, 60, false}} {
		name := fmt.Sprintf("%d-a-second-%d-reads-cold", c.rate, c.buckets)
		if c.warm {
			name = fmt.Sprintf("%d-a-second-%d-reads-warm", c.rate, c.buckets)
		}
		b.Run(name, func(b *testing.B) {
			url := emulator(b, "--rate", fmt.Sprint(c.rate), "--populate", fmt.Sprintf("AWS::S3::Bucket=%d", c.buckets))
			run := throttled{url: url, cache: b.TempDir()}
			if c.warm {
				run.once(b)
			}
			var all []outcome
			var share, later float64
			for b.Loop() {
				if !c.warm {
					run.cache = b.TempDir()
				}
				o, s, l := run.once(b)
				all, share, later = append(all, o), max(share, s), max(later, l)
			}
			burst := max(5, c.rate/4)
			calls := c.buckets + (c.buckets+99)/100
			ideal := time.Duration(float64(calls-burst) / float64(c.rate) * float64(time.Second))
			report(b, all, ideal, fmt.Sprint(c.buckets))
			b.ReportMetric(100*share, "%throttled")
			b.ReportMetric(100*later, "%throttled-after-1s")
		})
	}
}

// throttled runs the program against an emulator that throttles.
type throttled struct{ url, cache string }

// once gives the share of calls that were throttled, too: of all, and of those
// after the first second.
func (t throttled) once(b *testing.B) (o outcome, share, later float64) {
	b.Helper()
	reply, err := http.Post(t.url+"/_emulator/reset-stats", "", nil)
	if err != nil {
		b.Fatal(err)
	}
	reply.Body.Close()
	var first stats
	early := make(chan error, 1)
	time.AfterFunc(time.Second, func() {
		var err error
		first, err = readStats(t.url)
		early <- err
	})
	o = skyql(b, t.cache, ask(t.url, "us-east-1", `SELECT count(arn) FROM awscc.s3.buckets`)...)
	err = <-early
	last, lastErr := readStats(t.url)
	if err := errors.Join(err, lastErr); err != nil {
		b.Fatal(err)
	}
	if after := last.all() - first.all(); after > 0 {
		later = float64(last.Throttled-first.Throttled) / float64(after)
	}
	return o, float64(last.Throttled) / float64(last.all()), later
}
