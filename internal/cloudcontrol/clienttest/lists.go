package clienttest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

func listPages(w *world) {
	want := []string{}
	for i := range 7 {
		want = append(want, w.made(logGroupType, fmt.Sprintf(`{"LogGroupName":"app-%d"}`, i)))
	}
	for _, size := range []int{0, 1, 3, 100} {
		got := w.listed(cloudcontrol.ListInput{Call: w.call(logGroupType), MaxResults: size})
		if diff := cmp.Diff(want, got); diff != "" {
			w.t.Errorf("MaxResults %d (-want +got):\n%s", size, diff)
		}
	}
}

func listFollowsChanges(w *world) {
	list := func(want ...string) {
		w.t.Helper()
		if got := w.listed(cloudcontrol.ListInput{Call: w.call(bucketType)}); !slices.Equal(got, want) {
			w.t.Errorf("want %v, got %v", want, got)
		}
	}
	list()
	w.made(bucketType, `{"BucketName":"films"}`)
	w.made(bucketType, `{"BucketName":"photos"}`)
	list("films", "photos")
	w.succeeds(w.update(bucketType, "films", `[{"op":"add","path":"/Tags","value":[]}]`))
	list("films", "photos")
	w.succeeds(w.delete(bucketType, "films"))
	list("photos")
}

func listWantsParent(w *world) {
	for _, model := range []string{"", `{}`} {
		in := cloudcontrol.ListInput{Call: w.call(poolClientType)}
		if model != "" {
			in.ResourceModel = json.RawMessage(model)
		}
		_, err := w.client.List(w.t.Context(), in)
		got := w.refused(resource.InvalidRequest, err, "Required property:", "[UserPoolId")
		// AWS spells the word "or" in two ways.
		want := "missing or invalid resourcemodel property in aws::cognito::userpoolclient list handler request input"
		if !strings.Contains(strings.ToLower(got.Message), want) {
			w.t.Errorf("want message with %q in any case, got %q", want, got.Message)
		}
	}
}

func listGivesChildren(w *world) {
	pools := []string{w.made(userPoolType, `{"UserPoolName":"people"}`), w.made(userPoolType, `{"UserPoolName":"robots"}`)}
	want := make(map[string][]string)
	for i, pool := range []string{pools[0], pools[0], pools[1]} {
		state := fmt.Sprintf(`{"UserPoolId":%q,"ClientName":"app-%d"}`, pool, i)
		want[pool] = append(want[pool], w.made(poolClientType, state))
	}
	for _, pool := range pools {
		slices.Sort(want[pool])
		got := w.listed(cloudcontrol.ListInput{
			Call: w.call(poolClientType), ResourceModel: json.RawMessage(fmt.Sprintf(`{"UserPoolId":%q}`, pool)),
		})
		if diff := cmp.Diff(want[pool], got); diff != "" {
			w.t.Errorf("clients of %s (-want +got):\n%s", pool, diff)
		}
	}
}

func regionsAreSeparate(w *world) {
	there := w.in(elsewhere)
	event := w.succeeds(w.create(logGroupType, `{"LogGroupName":"app","RetentionInDays":7}`))
	_, err := there.get(logGroupType, "app")
	there.refused(resource.NotFound, err)
	_, err = there.status(event.RequestToken)
	there.refused(resource.RequestTokenNotFound, err)
	if got := there.listed(cloudcontrol.ListInput{Call: there.call(logGroupType)}); len(got) != 0 {
		w.t.Errorf("want nothing in %s, got %v", elsewhere, got)
	}
	there.made(logGroupType, `{"LogGroupName":"app","RetentionInDays":14}`)
	w.succeeds(w.delete(logGroupType, "app"))
	if got := there.read(logGroupType, "app")["RetentionInDays"]; got != 14.0 {
		w.t.Errorf("want 14 days in %s, got %v", elsewhere, got)
	}
}
