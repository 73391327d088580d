package apply_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/cloudcontrol/retry"
	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

// concurrently runs n changes at once and gives their outcomes.
func concurrently(t *testing.T, client cloudcontrol.Client, n int, change func(i int) apply.Change) []apply.Outcome {
	t.Helper()
	outcomes := make([]apply.Outcome, n)
	var running sync.WaitGroup
	for i := range n {
		running.Go(func() { outcomes[i] = apply.Run(t.Context(), client, change(i), apply.Options{}) })
	}
	running.Wait()
	return outcomes
}

func bucketNamed(name string) apply.Change {
	return apply.Change{
		Call: at, Operation: cloudcontrol.Create, Identifier: name,
		Document: json.RawMessage(fmt.Sprintf(`{"BucketName":%q}`, name)),
	}
}

// listed gives the identifiers of all buckets.
func listed(t *testing.T, client cloudcontrol.Client) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	in := cloudcontrol.ListInput{Call: at}
	for {
		page, err := client.List(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range page.Resources {
			all[found.Identifier] = true
		}
		if in.NextToken = page.NextToken; in.NextToken == "" {
			return all
		}
	}
}

// TestALifeInTheStore runs over the emulator, as long as it takes and as
// quickly as it can.
func TestALifeInTheStore(t *testing.T) {
	t.Parallel()
	for _, stabilize := range []time.Duration{0, 20 * time.Second} {
		t.Run(stabilize.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := retry.New(store.New(store.Options{Stabilize: stabilize}), retry.Options{})
				steps := []struct {
					change apply.Change
					want   error
					gone   bool
				}{
					{updating, resource.NotFound, false},
					{deletion, nil, true},
					{creation, nil, false},
					{creation, resource.AlreadyExists, false},
					{updating, nil, false},
					{deletion, nil, false},
					{deletion, nil, true},
				}
				for i, step := range steps {
					got := apply.Run(t.Context(), client, step.change, apply.Options{})
					if !errors.Is(got.Err, step.want) || got.Gone != step.gone || got.Attempts != 1 {
						t.Errorf("step %d, %s: want %v, gone %t, got %+v", i, step.change.Operation, step.want, step.gone, got)
					}
				}
			})
		})
	}
}

func TestConcurrentChangesOfOneResource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const n = 8
		client := retry.New(store.New(store.Options{Stabilize: 20 * time.Second}), retry.Options{})
		made, existing := 0, 0
		for _, got := range concurrently(t, client, n, func(int) apply.Change { return creation }) {
			switch {
			case got.Err == nil:
				made++
			case errors.Is(got.Err, resource.AlreadyExists):
				existing++
			}
		}
		if made != 1 || existing != n-1 {
			t.Errorf("want 1 made and %d that say it exists, got %d and %d", n-1, made, existing)
		}
		for _, got := range concurrently(t, client, n, func(i int) apply.Change {
			change := updating
			change.Document = json.RawMessage(fmt.Sprintf(
				`[{"op":"add","path":"/Tags","value":[{"Key":"n","Value":"%d"}]}]`, i))
			return change
		}) {
			if got.Err != nil || got.Event.Status != cloudcontrol.Success {
				t.Errorf("want all updates to have their turn, got %+v", got)
			}
		}
		deleted := 0
		for _, got := range concurrently(t, client, n, func(int) apply.Change { return deletion }) {
			if got.Err != nil {
				t.Error(got.Err)
			}
			if !got.Gone {
				deleted++
			}
		}
		if deleted != 1 {
			t.Errorf("want it deleted once, got %d times", deleted)
		}
	})
}

func TestAnOwnTokenMakesOneResource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := retry.New(store.New(store.Options{Stabilize: 20 * time.Second}), retry.Options{})
		adopted, identifiers := 0, map[string]bool{}
		for _, got := range concurrently(t, client, 5, func(int) apply.Change {
			change := nameless
			change.ClientToken = "mine"
			return change
		}) {
			if got.Err != nil {
				t.Error(got.Err)
			}
			if got.Adopted {
				adopted++
			}
			identifiers[got.Event.Identifier] = true
		}
		if adopted != 4 || len(identifiers) != 1 || len(listed(t, client)) != 1 {
			t.Errorf("want one bucket and 4 that adopted it, got %v and %d", identifiers, adopted)
		}
		other := bucketNamed("films")
		other.Operation, other.ClientToken = cloudcontrol.Delete, "mine"
		got := apply.Run(t.Context(), client, other, apply.Options{})
		if !errors.Is(got.Err, resource.ClientTokenConflict) {
			t.Errorf("want ClientTokenConflict, got %+v", got)
		}
	})
}
