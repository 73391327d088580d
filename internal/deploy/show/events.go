package show

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"skyql/internal/deploy"
)

// Level is how much of what goes on is shown.
type Level int

// The levels. Each shows what those before it show.
const (
	Errors Level = iota
	Warnings
	Info
	Debug
)

// Levels are the words for them, those of other tools among them.
var Levels = map[string]Level{
	"fatal": Errors, "critical": Errors, "error": Errors, "warn": Warnings, "warning": Warnings, "info": Info, "debug": Debug, "trace": Debug,
}

// Events writes events as lines, and tells a status line what is under way. Its
// methods may be called from many goroutines.
type Events struct {
	W      io.Writer
	Level  Level
	Status func(line string) // nil for no status line
	// Report says that a report follows, which tells how each resource ended.
	Report bool

	mu      sync.Mutex // guards writes and the rest
	running map[string]state
	retried map[string]int // calls that are made again, by operation and reason
	since   time.Time      // the first of them
}

// state is what is known of a resource under way.
type state struct {
	since  time.Time
	text   string // what is done with it
	detail string // what AWS says of that
}

// Tell shows an event.
func (v *Events) Tell(e deploy.Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.follow(e)
	if line, level := lineOf(e); line != "" && level <= v.Level && !(v.Report && e.Kind == deploy.Ended) {
		fmt.Fprintln(v.W, line)
	}
	v.status(e.Time)
}

// Tick renews how long everything has been under way.
func (v *Events) Tick(now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.status(now)
}

// follow keeps what is under way.
func (v *Events) follow(e deploy.Event) {
	if v.running == nil {
		v.running = map[string]state{}
	}
	s, known := v.running[e.Resource]
	switch e.Kind {
	case deploy.Started:
		v.running[e.Resource] = state{since: e.Time, text: "checking"}
		return
	case deploy.Ended:
		delete(v.running, e.Resource)
		return
	case deploy.Acting:
		s.text, s.detail = doing[e.Action], ""
	case deploy.Progress:
		s.detail = ": " + e.Message
	case deploy.Waiting:
		s.text, s.detail = fmt.Sprintf("waiting for %s (%d of %d)", e.Name, e.Attempt, e.Attempts), ""
	default:
		return
	}
	if known {
		v.running[e.Resource] = s
	}
}

func (v *Events) status(now time.Time) {
	if v.Status == nil {
		return
	}
	names := make([]string, 0, len(v.running))
	for name := range v.running {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return v.running[a].since.Compare(v.running[b].since) })
	for i, name := range names {
		s := v.running[name]
		names[i] = fmt.Sprintf("%s: %s%s %s", name, s.text, s.detail, now.Sub(s.since).Round(time.Second))
	}
	v.Status(strings.Join(names, " · "))
}

var doing = map[deploy.Action]string{
	deploy.Create: "creating", deploy.Update: "updating", deploy.Replace: "replacing", deploy.Delete: "deleting", deploy.Run: "running",
	deploy.Read: "reading", deploy.Check: "checking",
}

var did = map[deploy.Action]string{
	deploy.Create: "created", deploy.Update: "updated", deploy.Replace: "deleted, and created again", deploy.Delete: "deleted", deploy.Run: "ran",
	deploy.Read: "read", deploy.Nothing: "no change", deploy.Check: "checked",
}

// lineOf gives the line for an event, and from which level on it is shown.
func lineOf(e deploy.Event) (string, Level) {
	name := ""
	if e.Resource != "" {
		name = e.Resource + ": "
	}
	switch e.Kind {
	case deploy.Ended:
		return name + endOf(e), map[bool]Level{true: Errors, false: Info}[e.Err != nil]
	case deploy.Acting:
		return name + doing[e.Action], Info
	case deploy.Waiting:
		text := fmt.Sprintf("%swaiting for %s, attempt %d of %d", name, e.Name, e.Attempt, e.Attempts)
		if e.Message != "" {
			text += ": " + e.Message
		}
		return text, Info
	case deploy.Warning:
		return "warning: " + name + e.Message, Warnings
	case deploy.Diagnosis:
		return name + "troubleshoot: " + e.Message, Warnings
	case deploy.Querying:
		return name + "/*+ " + e.Name + " */\n" + e.Message, Errors
	case deploy.Exported:
		return name + e.Name + " = " + e.Message, Debug
	case deploy.Progress:
		return name + e.Message, Debug
	}
	return "", Debug
}

func endOf(e deploy.Event) string {
	switch {
	case e.Err != nil:
		return "FAILED: " + e.Message
	case e.Action == "" || e.Action == deploy.Nothing && e.Message != "":
		return "left alone: " + e.Message
	case e.Message != "":
		return e.Message
	}
	text := did[e.Action]
	if e.Action != deploy.Nothing && e.Action != deploy.Check && e.Elapsed > 0 {
		text += fmt.Sprintf(" in %s", e.Elapsed.Round(100*time.Millisecond))
	}
	return text
}

// Summary writes what became of a run in a line, and what failed.
func Summary(w io.Writer, what string, s deploy.Summary, took time.Duration) {
	var parts []string
	for _, action := range []deploy.Action{deploy.Create, deploy.Update, deploy.Replace, deploy.Delete, deploy.Run} {
		if n := s.Count(action); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, did[action]))
		}
	}
	if n := s.Count(deploy.Nothing); n > 0 {
		parts = append(parts, fmt.Sprintf("%d unchanged", n))
	}
	gone, left, blocked := 0, 0, []string{}
	for _, r := range s.Results {
		switch {
		case r.Blocked:
			blocked = append(blocked, r.Resource)
		case r.Gone:
			gone++
		case r.Skipped != "":
			left++
		}
	}
	failedUndos := len(slices.DeleteFunc(slices.Clone(s.Undone), func(u deploy.Undo) bool { return u.Err == nil }))
	for _, part := range []struct {
		n    int
		what string
	}{
		{gone, "gone already"}, {left, "left alone"}, {len(s.Failed()), "failed"}, {len(blocked), "not done"},
		{len(s.Undone) - failedUndos, "rolled back"}, {failedUndos, "could not be rolled back"},
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	if len(parts) == 0 {
		parts = []string{"nothing to do"}
	}
	if len(blocked) > 0 {
		fmt.Fprintf(w, "not done: %s\n", strings.Join(blocked, ", "))
	}
	fmt.Fprintf(w, "%s: %s; %s\n", what, strings.Join(parts, ", "), took.Round(100*time.Millisecond))
}
