package apply_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/cloudcontrol/limit"
	"skyql/internal/cloudcontrol/retry"
	"skyql/internal/emulator/store"
)

// nameIn gives the name in a bucket's desired state, "" if it has none.
func nameIn(desired json.RawMessage) string {
	var state struct{ BucketName string }
	_ = json.Unmarshal(desired, &state) // a state that is none has no name
	return state.BucketName
}

// TestNothingIsMadeTwice makes and deletes 300 resources through a service that
// does everything to make one lose count.
func TestNothingIsMadeTwice(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		named bool
		lies  bool
	}{
		{"names given", true, false},
		{"names made up", false, false},
		{"requests fail that were accepted", true, true},
	}
	for _, test := range tests {
		for seed := range uint64(2) {
			t.Run(fmt.Sprintf("%s, seed %d", test.name, seed), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { keepCount(t, seed, test.named, test.lies) })
			})
		}
	}
}

func keepCount(t *testing.T, seed uint64, named, lies bool) {
	t.Helper()
	const n = 300
	world := store.New(store.Options{Stabilize: 3 * time.Second})
	service := newFaulty(world, seed, lies)
	client := retry.New(limit.New(limit.Options{}).Wrap(service), retry.Options{})

	created := concurrently(t, client, n, func(i int) apply.Change {
		if !named {
			return nameless
		}
		return bucketNamed(fmt.Sprintf("bucket-%03d", i))
	})
	reported := map[string]bool{}
	for _, got := range created {
		if got.Err != nil || got.Event.Status != cloudcontrol.Success {
			t.Fatalf("want success, got %+v", got)
		}
		reported[got.Event.Identifier] = true
	}
	if diff := cmp.Diff(listed(t, world), reported); diff != "" || len(reported) != n {
		t.Errorf("want %d reported, got %d (-made +reported):\n%s", n, len(reported), diff)
	}

	for i, got := range concurrently(t, client, n, func(i int) apply.Change {
		return apply.Change{
			Call: at, Operation: cloudcontrol.Delete, Identifier: created[i].Event.Identifier,
		}
	}) {
		if got.Err != nil {
			t.Errorf("delete %d: %v", i, got.Err)
		}
		if got.Gone && !lies {
			t.Errorf("delete %d: want it deleted once, got %+v", i, got)
		}
	}
	if left := listed(t, world); len(left) != 0 {
		t.Errorf("want nothing left, got %d", len(left))
	}
	if service.count < n {
		t.Errorf("want more than %d faults, got %d", n, service.count)
	}
}
