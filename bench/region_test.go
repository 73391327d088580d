//go:build unix

package bench

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"
)

var regions = []string{
	"us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-south-1", "ap-northeast-1", "sa-east-1",
}

// Eight regions take as long as one of them does.
func BenchmarkRegions(b *testing.B) {
	const each, slow = 100, 500 * time.Millisecond // slow enough for two cores to make all the calls in that time
	args := []string{"--latency", slow.String()}
	for _, region := range regions {
		for _, name := range []string{"AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::Lambda::Function"} {
			args = append(args, "--populate", fmt.Sprintf("%s=%d@%s", name, each, region))
		}
	}
	url := emulator(b, args...)
	const sql = `SELECT sum(n) FROM (SELECT count(coalesce(delay_seconds, 0)) AS n FROM awscc.sqs.queues
		UNION ALL SELECT count(coalesce(display_name, '')) FROM awscc.sns.topics
		UNION ALL SELECT count(coalesce(runtime, '')) FROM awscc.lambda.functions)`
	// The three lists run side by side; then come the reads.
	ideal := ideal(1, 3*each, slow)
	for _, n := range []int{1, 8} {
		b.Run(fmt.Sprintf("%d-regions-3-types", n), func(b *testing.B) {
			measure(b, b.TempDir(), ideal, fmt.Sprint(n*3*each), ask(url, strings.Join(regions[:n], ","), sql)...)
		})
	}
}

// One region takes ten seconds for each call, another one breaks connections
// off. The emulator cannot do either for one region alone, so that something
// stands before it that does.
func BenchmarkSlowAndDeadRegion(b *testing.B) {
	if testing.Short() {
		b.Skip("skipped: a region that takes ten seconds a call")
	}
	const each, slow = 50, 10 * time.Second
	args := []string{}
	for _, region := range regions[:3] {
		args = append(args, "--populate", fmt.Sprintf("AWS::S3::Bucket=%d@%s", each, region))
	}
	behind := emulator(b, args...)
	const sql = `SELECT count(arn) FROM awscc.s3.buckets`
	for _, c := range []struct {
		name  string
		hit   func(http.ResponseWriter, *http.Request, http.Handler)
		want  int
		exit  int
		ideal time.Duration
	}{
		{"slow", waitFor(slow), 3 * each, 0, ideal(1, each, slow)},
		{"dead", breakOff, 2 * each, 3, 0},
	} {
		b.Run(c.name, func(b *testing.B) {
			front := inFrontOf(b, behind, regions[1], c.hit)
			var all []outcome
			for b.Loop() {
				o := skyql(b, b.TempDir(), ask(front, strings.Join(regions[:3], ","), sql)...)
				if o.exit != c.exit {
					b.Errorf("want exit code %d, have %d", c.exit, o.exit)
				}
				all = append(all, o)
			}
			report(b, all, c.ideal, fmt.Sprint(c.want))
		})
	}
}

// inFrontOf passes calls on to an emulator, but for those of one region, which it
// gives to hit.
func inFrontOf(b *testing.B, behind, region string, hit func(http.ResponseWriter, *http.Request, http.Handler)) string {
	b.Helper()
	target, err := url.Parse(behind)
	if err != nil {
		b.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport: &http.Transport{MaxIdleConnsPerHost: 3 * atOnce},
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The region stands in what the call is signed with.
		if strings.Contains(r.Header.Get("Authorization"), "/"+region+"/") {
			hit(w, r, proxy)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	b.Cleanup(front.Close)
	return front.URL
}

// waitFor answers late.
func waitFor(slow time.Duration) func(http.ResponseWriter, *http.Request, http.Handler) {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		select {
		case <-time.After(slow):
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}
}

// breakOff closes the connection without an answer.
func breakOff(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }
