package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// TestManyGoroutines changes and lists the same few resources from many sides,
// and then compares what the shelf, its order and its indexes hold.
func TestManyGoroutines(t *testing.T) {
	t.Parallel()
	for _, stabilize := range []time.Duration{0, time.Microsecond} {
		t.Run(stabilize.String(), func(t *testing.T) {
			t.Parallel()
			f := withExamples(t, Options{PageSize: 3, Stabilize: stabilize})
			f.put(site, `{"SiteId":"s-0","Name":"zero"}`)
			f.put(site, `{"SiteId":"s-1","Name":"one"}`)
			var workers sync.WaitGroup
			for worker := range 8 {
				workers.Go(func() { f.disturb(rand.New(rand.NewPCG(1, uint64(worker)))) })
			}
			workers.Wait()
			f.wantConsistent()
		})
	}
}

// disturb makes calls on twenty pages. Some are refused, as they must be.
func (f fixture) disturb(random *rand.Rand) {
	ctx := f.t.Context()
	for range 300 {
		parent, path := fmt.Sprintf("s-%d", random.IntN(2)), fmt.Sprintf("/%d", random.IntN(10))
		title := fmt.Sprintf("T%d", random.IntN(3))
		var err error
		switch random.IntN(4) {
		case 0:
			_, err = f.Create(ctx, cloudcontrol.CreateInput{Call: call(page), DesiredState: json.RawMessage(
				fmt.Sprintf(`{"SiteId":%q,"Path":%q,"Title":%q}`, parent, path, title))})
		case 1:
			_, err = f.Delete(ctx, cloudcontrol.DeleteInput{Call: call(page), Identifier: parent + "|" + path})
		case 2:
			_, err = f.Update(ctx, cloudcontrol.UpdateInput{
				Call: call(page), Identifier: parent + "|" + path,
				PatchDocument: json.RawMessage(fmt.Sprintf(`[{"op":"add","path":"/Title","value":%q}]`, title)),
			})
		case 3:
			f.list(cloudcontrol.ListInput{Call: call(page), ResourceModel: json.RawMessage(
				fmt.Sprintf(`{"SiteId":%q,"Title":%q}`, parent, title))})
		}
		if err != nil && !errors.Is(err, resource.NotFound) && !errors.Is(err, resource.ConcurrentOperation) {
			f.t.Error(err)
		}
	}
}

func (f fixture) wantConsistent() {
	f.t.Helper()
	all := map[string][]string{} // identifiers by list input
	for _, parent := range []string{"s-0", "s-1"} {
		for _, identifier := range f.list(cloudcontrol.ListInput{
			Call: call(page), ResourceModel: json.RawMessage(fmt.Sprintf(`{"SiteId":%q}`, parent)),
		}) {
			title, _ := f.state(page, identifier)["Title"].(string)
			all[parent+title] = append(all[parent+title], identifier)
		}
		for _, title := range []string{"T0", "T1", "T2"} {
			have := f.list(cloudcontrol.ListInput{
				Call: call(page), ResourceModel: json.RawMessage(fmt.Sprintf(`{"SiteId":%q,"Title":%q}`, parent, title)),
			})
			if diff := cmp.Diff(all[parent+title], have); diff != "" {
				f.t.Errorf("%s of %s (-want +have)\n%s", title, parent, diff)
			}
		}
	}
	k, _ := f.kind(page)
	shelf, count := f.world(home).shelf(k), 0
	for _, identifiers := range all {
		count += len(identifiers)
	}
	if len(shelf.items) != count || shelf.order.count != count {
		f.t.Errorf("want %d resources, have %d, in order %d", count, len(shelf.items), shelf.order.count)
	}
}
