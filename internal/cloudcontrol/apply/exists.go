package apply

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// existsAfterAll looks whether a create that failed made its resource, in which
// case it is done: it must not be made twice. It is an error if that cannot be
// told, or if what exists contradicts the desired state, as the resource of
// somebody else would.
func (r *run) existsAfterAll(
	ctx context.Context, event cloudcontrol.ProgressEvent, failure error,
) (done bool, _ error) {
	found, err := r.client.Get(ctx, cloudcontrol.GetInput{Call: r.change.Call, Identifier: r.identifier()})
	if errors.Is(err, resource.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%w; the resource may exist, which could not be looked up: %w", failure, err)
	}
	differing, unseen := compare(r.change.Document, found.Properties)
	if len(differing) > 0 {
		return false, fmt.Errorf("%w; a resource %q exists, but not with the %s that was asked for: "+
			"it is another's, or made only in part", failure, r.identifier(), strings.Join(differing, ", "))
	}
	text := fmt.Sprintf("the resource exists, although its request ended with %s", event.ErrorCode)
	if len(unseen) > 0 {
		text += "; reading it does not show " + strings.Join(unseen, ", ")
	}
	event.Status, event.StatusMessage, event.ErrorCode = cloudcontrol.Success, text, ""
	event.Identifier = r.identifier()
	r.out.Event = event
	r.tell(event)
	return true, nil
}

// compare names the properties of a desired state that the current state
// contradicts, and those that it does not have, as it has no write-only ones.
// Names only: values may be secret.
func compare(desired, current json.RawMessage) (differing, unseen []string) {
	var want, have map[string]any
	if json.Unmarshal(desired, &want) != nil || json.Unmarshal(current, &have) != nil {
		return nil, nil
	}
	for name, value := range want {
		if is, ok := have[name]; !ok {
			unseen = append(unseen, name)
		} else if contradicts(value, is) {
			differing = append(differing, name)
		}
	}
	slices.Sort(differing)
	slices.Sort(unseen)
	return differing, unseen
}

// contradicts compares what both values say. A service may add members, order
// elements as it likes, and write a value in another way, such as an object as
// text. So only plain values at the same place and the lengths of arrays count.
func contradicts(want, have any) bool {
	switch want := want.(type) {
	case map[string]any:
		have, _ := have.(map[string]any)
		for name, value := range want {
			if is, shown := have[name]; shown && contradicts(value, is) {
				return true
			}
		}
		return false
	case []any:
		have, ok := have.([]any)
		return ok && len(have) != len(want)
	}
	switch have.(type) {
	case map[string]any, []any:
		return false
	}
	return fmt.Sprint(want) != fmt.Sprint(have) // 7 and "7" are the same
}
