package deploy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"skyql/internal/change"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/cloudcontrol/await"
	"skyql/internal/engine"
	"skyql/internal/resource"
	"skyql/internal/sqltext"
	"skyql/internal/stack"
)

// operations are how anchors and return_vals call the actions.
var operations = map[Action]string{Create: "create", Update: "update", Delete: "delete"}

// apply runs the statement of an action, keeps what it returns, and waits for the
// author's callback.
func (w *worker) apply(ctx context.Context, action Action, q *stack.Query) error {
	sql, err := w.scope.RenderQuery(q)
	if err != nil {
		return err
	}
	returned, err := w.statement(ctx, action, q, sql)
	if err != nil {
		if w.r.Type == stack.TypeMulti && ctx.Err() == nil {
			w.d.tell(Event{Kind: Warning, Resource: w.r.Name, Message: err.Error()})
			err = nil // the check that follows counts how many there are
		} else {
			w.keepFailed(action, returned)
			w.troubleshoot(ctx, action)
			return err
		}
	}
	if err := w.keep(action, returned); err != nil {
		return err
	}
	return w.callback(ctx, action, returned)
}

// statement runs a statement that changes something, more than once if it fails
// in a way that another attempt may mend.
func (w *worker) statement(ctx context.Context, action Action, q *stack.Query, sql string) ([]row, error) {
	w.d.tell(Event{Kind: Acting, Resource: w.r.Name, Action: action})
	if changes, err := w.shownChanges(ctx, action, sql); err == nil && len(changes) == 1 {
		w.d.hideWriteOnly(changes[0])
	}
	a := morePatient(q)
	if action == Delete {
		a.most = 1
	}
	for n := 1; ; n++ {
		returned, err := w.runOfOne(ctx, q, sql)
		var unread *unreadError
		switch {
		case err == nil:
			return returned, nil
		case errors.As(err, &unread):
			w.d.tell(Event{Kind: Warning, Resource: w.r.Name, Message: unread.Error()})
			return returned, nil
		case q.Anchor == "delete" && errors.Is(err, resource.NotFound):
			return nil, nil
		case q.Anchor == "createorupdate" && errors.Is(err, resource.AlreadyExists):
			w.warnOfDifferences(ctx, "it is there already, which its statement does not change")
			w.untouched = true
			return nil, nil
		case !mendable(err) || !w.again(ctx, a, n, err.Error()):
			return returned, err
		case w.noted != nil:
			w.noted.Again() // what it made before it failed is not made again
		}
	}
}

// runOfOne runs a statement. An UPDATE or DELETE of one resource that would hit
// several changes none: the others are not the stack's.
func (w *worker) runOfOne(ctx context.Context, q *stack.Query, sql string) (returned []row, err error) {
	if w.r.Type != stack.TypeResource || inserts(q) {
		return w.run(ctx, q.Anchor, sql)
	}
	if _, err := rows(ctx, w.session, "SET max_changes = 1", false); err != nil {
		return nil, err
	}
	defer func() {
		_, failed := rows(context.WithoutCancel(ctx), w.session, fmt.Sprintf("SET max_changes = %d", engine.DefaultMaxChanges), false)
		err = errors.Join(err, failed)
	}()
	returned, err = w.run(ctx, q.Anchor, sql)
	var several *engine.TooManyError
	if errors.As(err, &several) && several.Count > 1 {
		return nil, severalError(q.Anchor, string(several.Verb), several.Count)
	}
	return returned, err
}

func severalError(anchor, verb string, count int) error {
	return fmt.Errorf("its /*+ %s */ would %s %d resources, and a resource is one; nothing was done. Let its WHERE say which, or make it type: multi",
		anchor, strings.ToLower(verb), count)
}

// shownChanges tells what a statement would make that is about to be shown: it may
// have what must not be seen.
func (w *worker) shownChanges(ctx context.Context, action Action, sql string) ([]change.Change, error) {
	if !w.d.opts.ShowQueries || action != Create {
		return nil, nil
	}
	return w.session.Changes(ctx, withoutReturning(sql))
}

// mendable reports whether a statement that failed so may be run again: AWS
// refused it or failed in a way that may pass, and nothing is under way.
func mendable(err error) bool {
	var unfinished *await.UnfinishedError
	var unknown *apply.UnknownOutcomeError
	var refused *resource.Error
	if errors.As(err, &unfinished) || errors.As(err, &unknown) || !errors.As(err, &refused) {
		return false
	}
	switch refused.Code {
	case resource.MissingCredentials, resource.InvalidCredentials, resource.Validation, resource.TypeNotFound, resource.UnsupportedAction,
		resource.AlreadyExists, resource.NotUpdatable:
		return false
	}
	return true
}

// keep captures what return_vals asks for from the first row that a statement
// returned.
func (w *worker) keep(action Action, returned []row) error {
	wanted := w.r.ReturnVals[operations[action]]
	if len(wanted) == 0 {
		return nil
	}
	if len(returned) == 0 {
		w.d.tell(Event{Kind: Warning, Resource: w.r.Name, Message: "return_vals: the statement returned no row"})
		return nil
	}
	fields := row{}
	for _, export := range wanted {
		value, ok := returned[0][export.Column]
		if !ok && action != Delete {
			return fmt.Errorf("return_vals: the statement did not return %s; it returned %s", export.Column, strings.Join(slices.Sorted(maps.Keys(returned[0])), ", "))
		}
		if ok {
			fields[export.Alias] = value
		}
	}
	w.scope.Capture(fields)
	return nil
}

// keepFailed captures what there is of it when the statement has failed, for the
// author's diagnosis: the request's token above all.
func (w *worker) keepFailed(action Action, returned []row) {
	if len(returned) == 0 {
		return
	}
	fields := row{}
	for _, export := range w.r.ReturnVals[operations[action]] {
		if value, ok := returned[0][export.Column]; ok {
			fields[export.Alias] = value
		}
	}
	w.scope.Capture(fields)
	w.scope.Callback(returned[0])
}

// callback makes the returned row known as callback.* and polls the author's own
// query, if there is one, until it says that all is done.
func (w *worker) callback(ctx context.Context, action Action, returned []row) error {
	if len(returned) > 0 {
		w.scope.Callback(returned[0])
	}
	q := w.query("callback:" + operations[action])
	if q == nil {
		q = w.query("callback")
	}
	if q == nil {
		return nil
	}
	if field := q.Strings["short_circuit_field"]; field != "" && len(returned) > 0 {
		if returned[0][strings.TrimPrefix(field, "ProgressEvent.")] == q.Strings["short_circuit_value"] {
			return nil
		}
	}
	sql, err := w.scope.RenderQuery(q)
	if err != nil {
		return err
	}
	a := morePatient(q)
	for n := 1; ; n++ {
		found, err := w.run(ctx, q.Anchor, sql)
		if err != nil && final(err) {
			return err
		}
		if err == nil && len(found) > 0 && (truth(found[0]["success"]) || found[0]["count"] == "1") {
			return nil
		}
		if !w.again(ctx, a, n, "not finished") {
			return errors.Join(ctx.Err(), err, errors.New("the callback never told of success"))
		}
	}
}

// troubleshoot runs the author's diagnosis of a failure and shows what it gives.
func (w *worker) troubleshoot(ctx context.Context, action Action) {
	q := w.query("troubleshoot:" + operations[action])
	if q == nil {
		q = w.query("troubleshoot")
	}
	if q == nil {
		return
	}
	tell := func(kind Kind, text string) {
		w.d.tell(Event{Kind: kind, Resource: w.r.Name, Name: "troubleshoot", Message: text})
	}
	sql, _, err := w.render(q)
	if err != nil {
		tell(Warning, "troubleshoot: "+err.Error())
		return
	}
	found, err := w.lookUp(ctx, sql, morePatient(q))
	if err != nil {
		tell(Warning, "troubleshoot: "+err.Error())
	}
	for _, r := range found {
		text := encode(r.discreet())
		var b bytes.Buffer
		if json.Indent(&b, []byte(text), "", "  ") == nil {
			text = b.String()
		}
		tell(Diagnosis, text)
	}
}

// inserts reports whether a query is an INSERT, as far as its template tells.
func inserts(q *stack.Query) bool { return insertAtFirst.MatchString(q.Text) }

var insertAtFirst = regexp.MustCompile(`(?i)^\s*INSERT\b`)

// withoutReturning cuts RETURNING off a statement whose row nobody wants.
func withoutReturning(sql string) string {
	cut, err := sqltext.CutWrite(sql)
	if err != nil || !cut.Returning.Given() {
		return sql
	}
	before := sql[:cut.Returning.Start]
	return strings.TrimSpace(before[:strings.LastIndex(strings.ToUpper(before), "RETURNING")])
}
