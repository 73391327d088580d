package deploy_test

import (
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/deploy"
	"skyql/internal/emulator/store"
)

// Sixty resources that do not need each other, each 200 ms in the making: ten at a
// time are at least five times as fast as one at a time. The time is the test's
// own, so that the machine does not matter.
func TestBuildsSideBySide(t *testing.T) {
	t.Parallel()
	took := map[int]time.Duration{}
	for _, parallel := range []int{1, 10} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, groups(60, false))
			w.store = store.New(store.Options{Stabilize: 200 * time.Millisecond})
			start := time.Now()
			wantNoFailure(t, w.deployment(deploy.Options{Parallel: parallel}).Build(t.Context()))
			took[parallel] = time.Since(start)
			if n := w.count(logGroup); n != 60 {
				t.Errorf("want 60 log groups, have %d", n)
			}
			start = time.Now()
			wantNoFailure(t, w.deployment(deploy.Options{Parallel: parallel}).Teardown(t.Context()))
			t.Logf("%d at a time: built in %s, taken down in %s", parallel, took[parallel], time.Since(start))
			if n := w.count(logGroup); n != 0 {
				t.Errorf("want nothing left, have %d", n)
			}
		})
	}
	if took[1] < 5*took[10] {
		t.Errorf("one at a time takes %s, ten %s", took[1], took[10])
	}
}
