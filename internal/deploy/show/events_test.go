package show_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"skyql/internal/deploy"
	"skyql/internal/deploy/show"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func TestEventsByLevel(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		event deploy.Event
		want  string
		level show.Level // from which on it is shown
	}{
		{deploy.Event{Kind: deploy.Ended, Resource: "a", Action: deploy.Create, Elapsed: 1260 * time.Millisecond}, "a: created in 1.3s", show.Info},
		{deploy.Event{Kind: deploy.Ended, Resource: "a", Action: deploy.Nothing, Elapsed: time.Second}, "a: no change", show.Info},
		{deploy.Event{Kind: deploy.Ended, Resource: "a", Action: deploy.Nothing, Message: "interrupted"}, "a: left alone: interrupted", show.Info},
		{deploy.Event{Kind: deploy.Ended, Resource: "a", Action: deploy.Create, Err: errors.New("x"), Message: "AccessDenied: no"}, "a: FAILED: AccessDenied: no", show.Errors},
		{deploy.Event{Kind: deploy.Ended, Resource: "a", Action: deploy.Delete, Message: "rolled back: delete q"}, "a: rolled back: delete q", show.Info},
		{deploy.Event{Kind: deploy.Acting, Resource: "a", Action: deploy.Update}, "a: updating", show.Info},
		{deploy.Event{Kind: deploy.Waiting, Resource: "a", Name: "statecheck", Attempt: 2, Attempts: 5}, "a: waiting for statecheck, attempt 2 of 5", show.Info},
		{deploy.Event{Kind: deploy.Waiting, Resource: "a", Name: "exists", Attempt: 1, Attempts: 2, Message: "not yet"}, "a: waiting for exists, attempt 1 of 2: not yet", show.Info},
		{deploy.Event{Kind: deploy.Warning, Resource: "a", Message: "look here"}, "warning: a: look here", show.Warnings},
		{deploy.Event{Kind: deploy.Warning, Message: "look here"}, "warning: look here", show.Warnings},
		{deploy.Event{Kind: deploy.Diagnosis, Resource: "a", Message: "{}"}, "a: troubleshoot: {}", show.Warnings},
		{deploy.Event{Kind: deploy.Querying, Resource: "a", Name: "exists", Message: "SELECT 1"}, "a: /*+ exists */\nSELECT 1", show.Errors},
		{deploy.Event{Kind: deploy.Exported, Resource: "a", Name: "url", Message: "https://x"}, "a: url = https://x", show.Debug},
		{deploy.Event{Kind: deploy.Progress, Resource: "a", Message: "IN_PROGRESS"}, "a: IN_PROGRESS", show.Debug},
	} {
		for level := show.Errors; level <= show.Debug; level++ {
			var b strings.Builder
			(&show.Events{W: &b, Level: level}).Tell(test.event)
			want := test.want + "\n"
			if level < test.level {
				want = ""
			}
			if b.String() != want {
				t.Errorf("at level %d want %q, have %q", level, want, b.String())
			}
		}
	}
}

func TestStatusLine(t *testing.T) {
	t.Parallel()
	var lines []string
	v := &show.Events{W: &strings.Builder{}, Status: func(line string) { lines = append(lines, line) }}
	at := func(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }
	v.Tell(deploy.Event{Time: at(0), Kind: deploy.Started, Resource: "vpc"})
	v.Tell(deploy.Event{Time: at(1), Kind: deploy.Acting, Resource: "vpc", Action: deploy.Create})
	v.Tell(deploy.Event{Time: at(2), Kind: deploy.Started, Resource: "role"})
	v.Tell(deploy.Event{Time: at(3), Kind: deploy.Waiting, Resource: "role", Name: "exists", Attempt: 1, Attempts: 3})
	v.Tell(deploy.Event{Time: at(4), Kind: deploy.Progress, Resource: "vpc", Message: "PENDING"})
	v.Tick(at(9))
	v.Tell(deploy.Event{Time: at(10), Kind: deploy.Ended, Resource: "vpc", Action: deploy.Create})
	want := `vpc: checking 0s
vpc: creating 1s
vpc: creating 2s · role: checking 0s
vpc: creating 3s · role: waiting for exists (1 of 3) 1s
vpc: creating: PENDING 4s · role: waiting for exists (1 of 3) 2s
vpc: creating: PENDING 9s · role: waiting for exists (1 of 3) 7s
role: waiting for exists (1 of 3) 8s`
	if have := strings.Join(lines, "\n"); have != want {
		t.Errorf("want\n%s\nhave\n%s", want, have)
	}
}

// What AWS says of a request takes the place of what it said before.
func TestStatusLineKeepsTheLatest(t *testing.T) {
	t.Parallel()
	var last string
	v := &show.Events{W: &strings.Builder{}, Status: func(line string) { last = line }}
	v.Tell(deploy.Event{Time: noon, Kind: deploy.Started, Resource: "vpc"})
	v.Tell(deploy.Event{Time: noon, Kind: deploy.Acting, Resource: "vpc", Action: deploy.Create})
	for range 3 {
		v.Tell(deploy.Event{Time: noon, Kind: deploy.Progress, Resource: "vpc", Message: "IN_PROGRESS"})
	}
	if want := "vpc: creating: IN_PROGRESS 0s"; last != want {
		t.Errorf("want %q, have %q", want, last)
	}
}

// Calls that are made again are told of when they go on for a while, not before.
func TestRetriedCallsAreTold(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		level   show.Level
		seconds []int
		want    string
	}{
		{"once", show.Info, []int{0}, ""},
		{"for a moment", show.Info, []int{0, 1, 2, 3, 4}, ""},
		{"for long", show.Info, []int{0, 3, 6, 7, 9, 12}, "CreateResource Throttling (3)\nCreateResource Throttling (3)\n"},
		{"quietly", show.Warnings, []int{0, 3, 6}, ""},
	} {
		var b strings.Builder
		v := &show.Events{W: &b, Level: test.level}
		for _, s := range test.seconds {
			v.Retried(noon.Add(time.Duration(s)*time.Second), "CreateResource", "Throttling")
		}
		have := strings.ReplaceAll(b.String(), "AWS does not do all at once; calls that are made again: ", "")
		if have != test.want {
			t.Errorf("%s: want %q, have %q", test.name, test.want, have)
		}
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		results []deploy.Result
		want    string
	}{
		{nil, "build of s in dev: nothing to do; 1.2s\n"},
		{[]deploy.Result{{Action: deploy.Create}, {Action: deploy.Create}, {Action: deploy.Nothing}, {Action: deploy.Replace}}, "build of s in dev: 2 created, 1 deleted, and created again, 1 unchanged; 1.2s\n"},
		{[]deploy.Result{{Action: deploy.Create, Err: errors.New("x")}, {Resource: "b", Skipped: "it needs a", Blocked: true}, {Skipped: "no", Gone: true}, {Skipped: "no"}},
			"not done: b\nbuild of s in dev: 1 gone already, 1 left alone, 1 failed, 1 not done; 1.2s\n"},
	} {
		var b strings.Builder
		show.Summary(&b, "build of s in dev", deploy.Summary{Results: test.results}, 1234*time.Millisecond)
		if b.String() != test.want {
			t.Errorf("want %q, have %q", test.want, b.String())
		}
	}
}
