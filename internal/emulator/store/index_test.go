package store

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
)

func TestIndexFollowsChanges(t *testing.T) {
	t.Parallel()
	f := withExamples(t, Options{})
	f.put(site, `{"SiteId":"s-1","Name":"one"}`)
	f.put(page, `{"SiteId":"s-1","Path":"/a","Title":"A"}`)
	f.put(page, `{"SiteId":"s-1","Path":"/b","Title":"B"}`)
	f.put(page, `{"SiteId":"s-1","Path":"/c","Title":"B"}`)
	byTitle := func(title string) []string {
		return f.list(cloudcontrol.ListInput{
			Call: call(page), ResourceModel: json.RawMessage(fmt.Sprintf(`{"SiteId":"s-1","Title":%q}`, title)),
		})
	}
	if diff := cmp.Diff([]string{"s-1|/b", "s-1|/c"}, byTitle("B")); diff != "" {
		t.Errorf("before (-want +have)\n%s", diff)
	}
	wantSuccess(t, f.update(page, "s-1|/a", `[{"op":"replace","path":"/Title","value":"B"}]`))
	wantSuccess(t, f.update(page, "s-1|/b", `[{"op":"remove","path":"/Title"}]`))
	wantSuccess(t, f.delete(page, "s-1|/c"))
	f.put(page, `{"SiteId":"s-1","Path":"/d","Title":"B"}`)
	if diff := cmp.Diff([]string{"s-1|/a", "s-1|/d"}, byTitle("B")); diff != "" {
		t.Errorf("after (-want +have)\n%s", diff)
	}
	if have := byTitle("A"); have != nil {
		t.Errorf("want none of the old title, have %v", have)
	}
}
