package journal_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/cloudcontrol/await"
	"skyql/internal/deploy/journal"
	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

const vpc resource.TypeName = "AWS::EC2::VPC"

var (
	home = resource.Scope{Region: "us-east-1"}
	call = cloudcontrol.Call{Scope: home, Type: vpc}
)

const desired = `{"CidrBlock":"10.0.0.0/16"}`

func open(t *testing.T, path, run string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(path, journal.Options{Run: run})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// crash closes a journal as if the program had ended.
func crash(t *testing.T, j *journal.Journal) {
	t.Helper()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func create(client cloudcontrol.Client, document string) apply.Outcome {
	return apply.Run(context.Background(), client, apply.Change{
		Call: call, Operation: cloudcontrol.Create, Document: json.RawMessage(document),
	}, apply.Options{Await: await.Options{MinDelay: time.Millisecond, MaxWait: 100 * time.Millisecond}})
}

func model(t *testing.T, s *store.Store, identifier string) string {
	t.Helper()
	found, err := s.Get(t.Context(), cloudcontrol.GetInput{Call: call, Identifier: identifier})
	if err != nil {
		t.Fatal(err)
	}
	return string(found.Properties)
}

func count(t *testing.T, s *store.Store) int {
	t.Helper()
	page, err := s.List(t.Context(), cloudcontrol.ListInput{Call: call})
	if err != nil {
		t.Fatal(err)
	}
	return len(page.Resources)
}

// interrupted ends the run at a chosen moment of a create.
type interrupted struct {
	cloudcontrol.Client
	when string
	fate func(cloudcontrol.ProgressEvent)
}

func (i *interrupted) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	lost := &cloudcontrol.UnansweredError{Err: &resource.Error{Code: resource.Unreachable, Message: "the program was killed"}}
	if i.when == "before the call" {
		return cloudcontrol.ProgressEvent{}, lost
	}
	event, err := i.Client.Create(ctx, in)
	if err == nil && i.fate != nil {
		i.fate(event)
	}
	if i.when == "before the answer" {
		return cloudcontrol.ProgressEvent{}, lost
	}
	return event, err
}

func (i *interrupted) RequestStatus(context.Context, cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	return cloudcontrol.RequestStatus{}, &resource.Error{Code: resource.Unreachable, Message: "the program was killed"}
}

// A resource whose identifier the service makes up is made once, whenever the
// first run ended.
func TestNothingIsMadeTwice(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		when string
		then func(*store.Store, cloudcontrol.ProgressEvent)
		edit bool // the desired state is another one afterwards
		want int
	}{
		"before the call":            {when: "before the call", want: 1},
		"before the answer":          {when: "before the answer", want: 1},
		"after the answer":           {when: "", want: 1},
		"before the answer, edited":  {when: "before the answer", edit: true, want: 1},
		"the request was cancelled":  {when: "before the answer", then: cancelIt, want: 1},
		"cancelled, and token known": {when: "", then: cancelIt, want: 1},
		"what was made is gone":      {when: "before the answer", then: deleteIt, want: 1},
		"gone, and token known":      {when: "", then: deleteIt, want: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := time.Now()
			s := store.New(store.Options{Stabilize: time.Minute, Now: func() time.Time { return clock }})
			path := filepath.Join(t.TempDir(), "journal")
			first := open(t, path, "first")
			killed := &interrupted{Client: s, when: test.when}
			var made cloudcontrol.ProgressEvent
			killed.fate = func(event cloudcontrol.ProgressEvent) { made = event }
			if out := create(first.Wrap(killed, "network", journal.LayerOptions{}), desired); out.Err == nil {
				t.Fatal("the first run was to be interrupted")
			}
			crash(t, first)
			if test.then != nil {
				clock = clock.Add(time.Second)
				test.then(s, made)
			}
			second := open(t, path, "second")
			if n := len(second.Unfinished()); n != 1 {
				t.Errorf("want one unfinished change, have %d", n)
			}
			again := desired
			if test.edit {
				again = `{"CidrBlock":"10.9.0.0/16"}`
			}
			s.SetStabilize(0)
			clock = clock.Add(2 * time.Minute)
			out := create(second.Wrap(s, "network", journal.LayerOptions{}), again)
			if out.Err != nil {
				t.Errorf("the second run: %v", out.Err)
			}
			if n := count(t, s); n != test.want {
				t.Errorf("want %d VPC, have %d", test.want, n)
			}
			if left := second.Unfinished(); len(left) != 0 {
				t.Errorf("want nothing unfinished, have %+v", left)
			}
			crash(t, second)
		})
	}
}

func cancelIt(s *store.Store, event cloudcontrol.ProgressEvent) {
	_, err := s.CancelRequest(context.Background(), cloudcontrol.RequestInput{Scope: home, RequestToken: event.RequestToken})
	if err != nil {
		panic(err)
	}
}

func deleteIt(s *store.Store, event cloudcontrol.ProgressEvent) {
	s.Clear() // the requests too: the client token is free again
	_ = event
}

// Resources of one name that several rows make are all made.
func TestOthersAreNotTakenForIt(t *testing.T) {
	t.Parallel()
	s := store.New(store.Options{})
	path := filepath.Join(t.TempDir(), "journal")
	first := open(t, path, "first")
	several := journal.LayerOptions{Several: true}
	layer := first.Wrap(&interrupted{Client: s, when: "before the answer"}, "networks", several)
	for i := range 3 {
		_ = create(layer, fmt.Sprintf(`{"CidrBlock":"10.%d.0.0/16"}`, i)) // ends without an answer
	}
	crash(t, first)
	second := open(t, path, "second")
	defer crash(t, second)
	layer = second.Wrap(s, "networks", several)
	for i := range 4 {
		if out := create(layer, fmt.Sprintf(`{"CidrBlock":"10.%d.0.0/16"}`, 3-i)); out.Err != nil {
			t.Error(out.Err)
		} else if want := fmt.Sprintf("10.%d.0.0/16", 3-i); !strings.Contains(model(t, s, out.Event.Identifier), want) {
			t.Errorf("%s is not the one with %s", out.Event.Identifier, want)
		}
	}
	if n := count(t, s); n != 4 {
		t.Errorf("want 4 VPCs, have %d", n)
	}
	other := second.Wrap(s, "another", journal.LayerOptions{})
	if out := create(other, desired); out.Err != nil || count(t, s) != 5 {
		t.Errorf("want a fifth, have %d, %v", count(t, s), out.Err)
	}
}

func TestDoneHasWhatWasBefore(t *testing.T) {
	t.Parallel()
	s := store.New(store.Options{})
	j := open(t, filepath.Join(t.TempDir(), "journal"), "run")
	defer crash(t, j)
	layer := j.Wrap(s, "network", journal.LayerOptions{Before: true})
	made := create(layer, desired)
	for _, c := range []apply.Change{
		{Call: call, Operation: cloudcontrol.Update, Identifier: made.Event.Identifier, Document: json.RawMessage(`[{"op":"add","path":"/Tags","value":[{"Key":"a","Value":"b"}]}]`)},
		{Call: call, Operation: cloudcontrol.Delete, Identifier: made.Event.Identifier},
	} {
		if out := apply.Run(t.Context(), layer, c, apply.Options{}); out.Err != nil {
			t.Fatal(out.Err)
		}
	}
	refused := apply.Run(t.Context(), layer, apply.Change{Call: call, Operation: cloudcontrol.Create, Document: json.RawMessage(`{"Cidr":1}`)}, apply.Options{})
	if refused.Err == nil {
		t.Error("want it refused")
	}
	done := j.Done()
	if len(done) != 3 {
		t.Fatalf("want three changes, have %+v", done)
	}
	for i, want := range []cloudcontrol.Operation{cloudcontrol.Create, cloudcontrol.Update, cloudcontrol.Delete} {
		if done[i].Operation != want || done[i].Identifier != made.Event.Identifier || (done[i].Before != nil) != (i > 0) {
			t.Errorf("%d: %+v", i, done[i])
		}
	}
	if strings.Contains(string(done[1].Before), `"Tags":[{`) || !strings.Contains(string(done[2].Before), `"Tags":[{`) {
		t.Errorf("want the models before, have %s and %s", done[1].Before, done[2].Before)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "deep", "journal")
	j := open(t, path, "run")
	if _, err := journal.Open(path, journal.Options{}); !errors.Is(err, journal.ErrBusy) {
		t.Errorf("want it busy, have %v", err)
	}
	crash(t, j)
	crash(t, open(t, path, "again"))
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("want it for the owner alone: %v, %v", info.Mode(), err)
	}
	if _, err := journal.Open(os.DevNull, journal.Options{}); err == nil || !strings.Contains(err.Error(), "it is no regular file") {
		t.Errorf("want a device refused, have %v", err)
	}
	notes := filepath.Join(folder, "notes")
	for _, text := range []string{"shopping list\nmilk\n", "important, no newline", "{}", `{"time": "later"}`} {
		if err := os.WriteFile(notes, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := journal.Open(notes, journal.Options{}); err == nil || !strings.Contains(err.Error(), "line 1 is no entry") {
			t.Errorf("want line 1 refused, have %v", err)
		}
		if have, err := os.ReadFile(notes); err != nil || string(have) != text {
			t.Errorf("want it left as it was, have %q, %v", have, err)
		}
	}
}

// A journal is one, whatever name it is known by, and of one stack.
func TestOneJournal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	j, err := journal.Open(path, journal.Options{Stack: "shop in dev"})
	if err != nil {
		t.Fatal(err)
	}
	for name, link := range map[string]func(string, string) error{"symbolic": os.Symlink, "hard": os.Link} {
		other := path + "-" + name
		if err := link(path, other); err != nil {
			t.Fatal(err)
		}
		if _, err := journal.Open(other, journal.Options{}); !errors.Is(err, journal.ErrBusy) {
			t.Errorf("%s: want it busy, have %v", name, err)
		}
	}
	create(j.Wrap(store.New(store.Options{}), "network", journal.LayerOptions{}), desired)
	crash(t, j)
	for _, err := range []error{
		func() error { _, err := journal.Open(path, journal.Options{Stack: "shop in prod"}); return err }(),
		func() error { _, err := journal.Peek(path, "shop in prod"); return err }(),
	} {
		if err == nil || !strings.Contains(err.Error(), "it is that of shop in dev, not of shop in prod") {
			t.Errorf("want it refused, have %v", err)
		}
	}
}

// A line that was not written whole is the one of a call that was not made.
func TestTornLine(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	s := store.New(store.Options{})
	j := open(t, path, "first")
	create(j.Wrap(s, "network", journal.LayerOptions{}), desired)
	crash(t, j)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(whole) {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		crash(t, open(t, path, "second"))
		left, err := os.ReadFile(path)
		if err != nil || !strings.HasPrefix(string(whole), string(left)) || len(left) > 0 && left[len(left)-1] != '\n' {
			t.Fatalf("cut at %d: left %q, %v", cut, left, err)
		}
	}
}

// What an earlier run has made is not made again while it is there, unless that is
// meant.
func TestWhatWasMadeBefore(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		opts    journal.LayerOptions
		between func(layer cloudcontrol.Client, s *store.Store, identifier string)
		desired string
		want    int
	}{
		"the same":              {want: 1},
		"another desired state": {desired: `{"CidrBlock":"10.9.0.0/16"}`, want: 2},
		"meant":                 {opts: journal.LayerOptions{Anew: true}, want: 2},
		"deleted by a run":      {between: func(c cloudcontrol.Client, _ *store.Store, id string) { remove(c, id) }, want: 1},
		"deleted by others":     {between: func(_ cloudcontrol.Client, s *store.Store, id string) { remove(s, id) }, want: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := store.New(store.Options{})
			path := filepath.Join(t.TempDir(), "journal")
			first := open(t, path, "first")
			layer := first.Wrap(s, "network", test.opts)
			made := create(layer, desired)
			if made.Err != nil {
				t.Fatal(made.Err)
			}
			if test.between != nil {
				test.between(layer, s, made.Event.Identifier)
			}
			crash(t, first)
			second := open(t, path, "second")
			defer crash(t, second)
			known := 0
			test.opts.OnKnown = func(journal.Entry) { known++ }
			out := create(second.Wrap(s, "network", test.opts), cmp.Or(test.desired, desired))
			if out.Err != nil || count(t, s) != test.want || (known == 1) != (name == "the same") {
				t.Errorf("want %d, have %d, told %d times, %v", test.want, count(t, s), known, out.Err)
			}
			if known == 1 && out.Event.Identifier != made.Event.Identifier {
				t.Errorf("want %s, have %s", made.Event.Identifier, out.Event.Identifier)
			}
			if n := len(second.Done()); n != 1-known {
				t.Errorf("the run made %d", n)
			}
		})
	}
}

func remove(client cloudcontrol.Client, identifier string) {
	apply.Run(context.Background(), client, apply.Change{Call: call, Operation: cloudcontrol.Delete, Identifier: identifier}, apply.Options{})
}
