package deploy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/deploy"
	"skyql/internal/deploy/journal"
	"skyql/internal/emulator/store"
)

// randomSeeds names a number of stacks to try beside the usual ones:
// SKYQL_TEST_RANDOM=100 go test -run RandomLives ./internal/deploy
const randomSeeds = "SKYQL_TEST_RANDOM"

// Random stacks, in a world where calls fail, programs are killed and lists are
// late, end as they are written, with nothing twice; then nothing is written any
// more. Edits change what they say, and a teardown leaves nothing.
func TestRandomLives(t *testing.T) {
	t.Parallel()
	lives, base := 12, rand.Uint64()
	if more, err := strconv.Atoi(os.Getenv(randomSeeds)); err == nil {
		lives = more
	}
	for i := range lives {
		seed := base + uint64(i)
		if i < 6 {
			seed = uint64(i) // always the same ones, too
		}
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { newLife(t, rand.New(rand.NewPCG(seed, 0))).live() })
		})
	}
}

// writeOnly is the note of resources whose note nobody can read.
const writeOnly = "write-only"

// life is one random stack on its way.
type life struct {
	*world
	r       *rand.Rand
	items   []*item
	journal string
	lists   *late
	replace bool // whether it is allowed
}

func newLife(t *testing.T, r *rand.Rand) *life {
	items := randomItems(r, 2+r.IntN(9))
	l := &life{
		world: newWorld(t, files(items)), r: r, items: items, journal: filepath.Join(t.TempDir(), "journal"),
		lists: &late{seen: map[string]time.Time{}, lag: time.Duration(r.IntN(60)) * time.Second},
	}
	l.store = store.New(store.Options{Stabilize: time.Duration(r.IntN(20)) * time.Second})
	return l
}

func (l *life) live() {
	l.through("the first build", (*deploy.Deployment).Build)
	l.wantAll()
	changed := edit(l.r, l.items)
	l.rewritten()
	time.Sleep(time.Minute) // of the test's own clock: lists have all then
	plan, err := l.deployment(deploy.Options{}).Plan(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	if n := plan.Count(deploy.Update); n != changed || plan.Count(deploy.Nothing) != len(l.items)-changed {
		l.t.Errorf("%d resources were edited, the plan has %d updates: %+v", changed, n, plan.Steps)
	}
	report, different := l.deployment(deploy.Options{}).Drift(l.t.Context()), 0
	for _, finding := range report.Findings {
		if finding.Status == deploy.Different {
			different++
		}
	}
	if different != changed {
		l.t.Errorf("%d resources were edited, drift has %+v", changed, report.Findings)
	}
	l.wantRollback()
	l.through("the build after edits", (*deploy.Deployment).Build)
	l.wantAll()
	l.wantReplaced()
	l.wantNothingAfterTeardown()
	l.amidFailures((*deploy.Deployment).Build) // and directly after that
	l.wantNothingAfterTeardown()
}

func (l *life) wantNothingAfterTeardown() {
	l.t.Helper()
	l.through("the teardown", (*deploy.Deployment).Teardown)
	if have := l.everything(); len(have) > 0 {
		l.t.Errorf("the teardown leaves %v", have)
	}
	l.wantIdle("the teardown", (*deploy.Deployment).Teardown)
}

// wantReplaced changes what can only be set on creation.
func (l *life) wantReplaced() {
	l.t.Helper()
	moved := move(l.r, l.items)
	l.rewritten()
	if moved == 0 {
		return
	}
	l.writes()
	if s := l.run(l.t.Context(), &faulty{lists: l.lists, dies: time.Now().Add(time.Hour)}, deploy.Options{}, (*deploy.Deployment).Build); s.Err() == nil {
		l.t.Errorf("%d networks are replaced without being allowed to: %s", moved, actions(s))
	}
	l.replace = true
	if l.r.IntN(2) == 0 {
		l.wantAsPlanned()
	}
	l.through("the build that replaces", (*deploy.Deployment).Build)
	l.wantAll()
}

// wantAsPlanned builds without failures, and wants what the plan says.
func (l *life) wantAsPlanned() {
	l.t.Helper()
	plan, err := l.deployment(deploy.Options{AllowReplace: l.replace}).Plan(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	s := l.run(l.t.Context(), &faulty{lists: l.lists, dies: time.Now().Add(time.Hour)}, deploy.Options{}, (*deploy.Deployment).Build)
	wantNoFailure(l.t, s)
	for i, step := range plan.Steps {
		if done := s.Results[i]; done.Action != step.Action {
			l.t.Errorf("%s: the plan is to %s it, %s was done; the plan says %s %v", done.Resource, step.Action, done.Action, step.Reason, step.Changes)
		}
	}
}

// rewritten writes the files of the stack again.
func (l *life) rewritten() { writeArchive(l.t, l.dir, files(l.items)) }

// through runs a command amid failures, again and again, and at last without any.
func (l *life) through(name string, act func(*deploy.Deployment, context.Context) deploy.Summary) {
	l.t.Helper()
	for range l.r.IntN(6) {
		l.amidFailures(act)
	}
	s := l.run(l.t.Context(), &faulty{lists: l.lists, dies: time.Now().Add(time.Hour)}, deploy.Options{}, act)
	if err := s.Err(); err != nil {
		l.t.Fatalf("%s: %v", name, err)
	}
}

// amidFailures runs a command that may be killed or interrupted, and whose calls may
// fail.
func (l *life) amidFailures(act func(*deploy.Deployment, context.Context) deploy.Summary) {
	l.t.Helper()
	dies := time.Now().Add(time.Duration(l.r.IntN(120)) * time.Second)
	f := &faulty{lists: l.lists, r: rand.New(rand.NewPCG(l.r.Uint64(), 0)), fails: l.r.Float64() / 10, dies: dies}
	ctx, cancel := context.WithCancel(l.t.Context())
	if l.r.IntN(2) == 0 { // interrupted, not killed
		f.dies = f.dies.Add(time.Hour)
		ctx, cancel = context.WithDeadline(l.t.Context(), dies)
	}
	defer cancel()
	l.run(ctx, f, deploy.Options{OnFailure: oneOf(l.r, deploy.StopOnFailure, deploy.RollbackOnFailure, deploy.IgnoreFailure)}, act)
}

func oneOf[T any](r *rand.Rand, all ...T) T { return all[r.IntN(len(all))] }

func (l *life) run(ctx context.Context, f *faulty, opts deploy.Options, act func(*deploy.Deployment, context.Context) deploy.Summary) deploy.Summary {
	l.t.Helper()
	j, err := journal.Open(l.journal, journal.Options{Run: time.Now().String()})
	if err != nil {
		l.t.Fatal(err)
	}
	l.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { f.Client, f.store = c, l.store; return f }
	opts.Journal, opts.Parallel, opts.AllowReplace = j, 1+l.r.IntN(10), l.replace
	defer func() {
		l.wrap = nil
		if err := j.Close(); err != nil {
			l.t.Error(err)
		}
	}()
	s := act(l.deployment(opts), ctx)
	time.Sleep(time.Millisecond) // no two runs begin at the same time
	return s
}

// wantAll says that everything is there once, as it is written, and that a build and
// a look at it find nothing to do.
func (l *life) wantAll() {
	l.t.Helper()
	want := map[string]string{}
	have := l.everything()
	ids := map[string]string{}
	for key := range have {
		name, id, _ := strings.Cut(key, "=")
		ids[name] = id
	}
	for _, it := range l.items {
		note := it.name
		for _, other := range it.needs {
			note += " " + ids[other.name]
		}
		if it.typ == parameter {
			note = writeOnly
		}
		want[it.name+"="+ids[it.name]] = fmt.Sprintf("%v, %s", literal(it.value), note)
	}
	if diff := cmp.Diff(want, have); diff != "" {
		l.t.Errorf("(-want +have)\n%s", diff)
	}
	l.wantIdle("the build", (*deploy.Deployment).Build)
	if report := l.deployment(deploy.Options{}).Test(l.t.Context()); !report.Good() {
		l.t.Errorf("the test finds %+v", report.Findings)
	}
}

func (l *life) wantIdle(name string, act func(*deploy.Deployment, context.Context) deploy.Summary) {
	l.t.Helper()
	time.Sleep(time.Minute)
	l.writes()
	s := l.run(l.t.Context(), &faulty{lists: l.lists, dies: time.Now().Add(time.Hour)}, deploy.Options{}, act)
	if writes := l.writes(); writes != "" || s.Err() != nil {
		l.t.Errorf("%s writes again: %s, %s, %v", name, writes, actions(s), s.Err())
	}
}

// wantRollback builds with one resource that cannot be updated, and wants all as it
// was before.
func (l *life) wantRollback() {
	l.t.Helper()
	before := l.everything()
	f := &faulty{lists: l.lists, dies: time.Now().Add(time.Hour), updates: l.r.IntN(5)}
	f.refuses = true
	l.run(l.t.Context(), f, deploy.Options{OnFailure: deploy.RollbackOnFailure}, (*deploy.Deployment).Build)
	if f.updates >= 0 { // none was refused
		before = l.everything()
	}
	if diff := cmp.Diff(before, l.everything()); diff != "" {
		l.t.Errorf("rolled back: (-before +after)\n%s", diff)
	}
}

// everything gives, by name and identifier, the property that edits change and the
// note.
func (l *life) everything() map[string]string {
	l.t.Helper()
	all := map[string]string{}
	for _, s := range sorts {
		call := cloudcontrol.Call{Scope: home, Type: s.typ}
		page, err := l.store.List(context.Background(), cloudcontrol.ListInput{Call: call})
		if err != nil {
			l.t.Fatal(err)
		}
		for _, found := range page.Resources {
			var model map[string]any
			if err := json.Unmarshal([]byte(l.properties(s.typ, found.Identifier)), &model); err != nil {
				l.t.Fatal(err)
			}
			name, note := found.Identifier, writeOnly
			if tags, ok := model["Tags"].([]any); ok && len(tags) == 2 {
				note, _ = tags[1].(map[string]any)["Value"].(string)
				name, _, _ = strings.Cut(note, " ")
			}
			all[name+"="+found.Identifier] = fmt.Sprintf("%v, %s", model[s.property], note)
		}
	}
	return all
}
