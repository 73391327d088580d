package deploy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"skyql/internal/change"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/stack"
)

// planned gives what the statement of one of the anchors would change, nil if that
// is not one resource or cannot be told.
func (w *worker) planned(ctx context.Context, anchors ...string) (*change.Change, error) {
	for _, anchor := range anchors {
		q := w.query(anchor)
		if q == nil {
			continue
		}
		sql, ok, err := w.renderOwn(ctx, q)
		if !ok {
			if err := ignoreUndefined(err); err != nil {
				return nil, err
			}
			continue
		}
		changes, err := w.session.Changes(ctx, withoutReturning(sql))
		if err != nil && (ctx.Err() != nil || unanswered(err)) {
			return nil, err
		}
		if err != nil {
			continue // the statement itself will say so when it runs
		}
		if len(changes) == 1 && changes[0].Type != "" {
			w.d.hideWriteOnly(changes[0])
			return &changes[0], nil
		}
		if len(changes) > 1 && anchor == "update" && w.r.Type == stack.TypeResource { // a delete says so when it is to run
			return nil, severalError(anchor, anchor, len(changes))
		}
	}
	return nil, nil
}

// hideWriteOnly makes secrets of texts that AWS takes and never shows, wherever they
// stand in a statement. A word is none, unless it is called like one: a description
// would make holes in every name that has the word in it.
func (d *Deployment) hideWriteOnly(c change.Change) {
	t, err := d.opts.Types.Type(c.Type)
	if err != nil {
		return // of an unknown type nobody knows what is secret
	}
	if state, err := object(c.Document); err == nil { // a patch document has its values in another place
		d.hideWriteOnlyOf(t, state)
	}
}

func (d *Deployment) hideWriteOnlyOf(t *schema.ResourceType, state map[string]any) {
	for _, path := range t.WriteOnly {
		path.Each(state, func(_ []string, value any) {
			if text, ok := value.(string); ok && !strings.Contains(text, laterMark) && hides(path, text) {
				d.secrets.add(text)
			}
		})
	}
}

// hides reports whether the text of a write-only property is to be hidden wherever it
// stands. Inside of others, such texts are mostly names of what has the content.
func hides(path schema.Path, text string) bool {
	if stack.SecretName(path[len(path)-1]) {
		return true
	}
	if len(path) > 1 {
		return strings.ContainsAny(text, " \t\n")
	}
	return !word.MatchString(text)
}

var word = regexp.MustCompile(`^[A-Za-z]{1,15}$`)

// unanswered reports whether AWS gave no answer, or refused to; what is not there,
// or not as AWS wants it, is one.
func unanswered(err error) bool {
	var refused *resource.Error
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.Code {
	case resource.NotFound, resource.Validation, resource.InvalidRequest, resource.TypeNotFound, resource.UnsupportedAction, resource.NotUpdatable:
		return false
	}
	return true
}

// object decodes a model.
func object(document json.RawMessage) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	state := map[string]any{}
	if err := decoder.Decode(&state); err != nil {
		return nil, fmt.Errorf("the model is no JSON object: %w", err)
	}
	return state, nil
}

func encode(value any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // it was decoded from JSON
	}
	return strings.TrimSpace(b.String())
}
