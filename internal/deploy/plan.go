package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"skyql/internal/change"
	"skyql/internal/diff"
	"skyql/internal/resource"
	"skyql/internal/sqltext"
	"skyql/internal/stack"
)

// Step is what a build would do with one resource.
type Step struct {
	Resource   string            `json:"resource"`
	Action     Action            `json:"action"`
	Type       resource.TypeName `json:"type,omitempty"`
	Region     resource.Region   `json:"region,omitempty"`
	Identifier string            `json:"identifier,omitempty"`
	Reason     string            `json:"reason,omitempty"`
	Changes    []PropertyChange  `json:"changes,omitempty"`
	// NotCompared are properties that are asked for and cannot be read.
	NotCompared []string `json:"not_compared,omitempty"`
	// Statement is what would run, with secrets masked.
	Statement string `json:"statement,omitempty"`
	// Error says why nothing can be told, or why a build would fail.
	Error string `json:"error,omitempty"`
}

// PropertyChange is one difference of a property.
type PropertyChange struct {
	Property string `json:"property"` // path below the model, with slashes
	// Before and After are JSON; nothing for a property that is not there.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
	// Known is false for an After that only the build itself will know.
	Known       bool `json:"known"`
	Replacement bool `json:"replacement,omitempty"` // it needs a new resource
	Secret      bool `json:"secret,omitempty"`      // the values are masked
}

// Plan is what a build would do, in the order of the manifest.
type Plan struct {
	Version     int      `json:"version"`
	Stack       string   `json:"stack"`
	Environment string   `json:"environment"`
	Steps       []Step   `json:"steps"`
	Orphans     []Orphan `json:"orphans,omitempty"`
}

// PlanVersion is the form of plans as JSON.
const PlanVersion = 1

// Changes reports whether a build would change anything.
func (p Plan) Changes() bool {
	for _, s := range p.Steps {
		if s.Action != Nothing && s.Action != Read {
			return true
		}
	}
	return false
}

// Count tells how many steps have the action.
func (p Plan) Count(action Action) int {
	n := 0
	for _, s := range p.Steps {
		if s.Action == action && s.Error == "" {
			n++
		}
	}
	return n
}

// laterMark begins and ends values that only the build itself will know. No
// statement with such a value is run.
const (
	laterMark = "\u2039later:"
	laterEnd  = "\u203a"
)

// Plan finds out what a build would do. Nothing but reads is sent.
func (d *Deployment) Plan(ctx context.Context) (Plan, error) {
	plan := Plan{Version: PlanVersion, Stack: d.stack.Name, Environment: d.vars.Environment(), Steps: make([]Step, len(d.stack.Resources))}
	var mu sync.Mutex // guards the steps
	place := map[*stack.Resource]int{}
	for i, r := range d.stack.Resources {
		place[r] = i
	}
	inner := *d
	inner.reads, inner.opts.OnFailure, inner.opts.Journal = true, IgnoreFailure, nil
	summary := inner.each(ctx, newGraph(d.stack), func(ctx context.Context, w *worker) (Action, error) {
		step, err := w.plan(ctx)
		step.Statement = d.secrets.mask(step.Statement)
		mu.Lock()
		plan.Steps[place[w.r]] = step
		mu.Unlock()
		return step.Action, err
	})
	for i, result := range summary.Results {
		s := &plan.Steps[i]
		s.Resource = result.Resource
		switch {
		case result.blocked:
			s.Action, s.Error = Nothing, result.Skipped
		case result.Skipped != "":
			s.Action, s.Reason = Nothing, result.Skipped
		case s.Action != "" && result.Err == nil:
		case errors.Is(result.Err, resource.MissingCredentials): // nothing else can be told either
			return plan, result.Err
		case result.Err != nil:
			s.Action, s.Error = Nothing, d.secrets.mask(result.Err.Error())
		}
	}
	return plan, ctx.Err()
}

// plan finds out what a build would do with one resource.
func (w *worker) plan(ctx context.Context) (Step, error) {
	s := Step{Resource: w.r.Name, Action: Nothing}
	if err := w.applies(); err != nil {
		return s, err
	}
	switch w.r.Type {
	case stack.TypeQuery:
		s.Action = Read
		return s, w.exportsAfter(ctx, s)
	case stack.TypeCommand, stack.TypeScript:
		s.Action = Run
		w.later()
		return s, w.statementOf(&s)
	}
	found, err := w.lookNow(ctx)
	if err != nil {
		return s, err
	}
	if err := w.decide(ctx, &s, found); err != nil {
		return s, err
	}
	return s, w.exportsAfter(ctx, s)
}

// lookNow is look, but a resource whose checks hang on what is not there yet is
// not there either.
func (w *worker) lookNow(ctx context.Context) (verdict, error) {
	for _, anchor := range []string{"exists", "statecheck"} {
		if q := w.query(anchor); q != nil {
			sql, ok, err := w.render(q)
			if err != nil && ok {
				return absent, err
			}
			if strings.Contains(sql, laterMark) {
				if anchor == "exists" {
					return absent, nil
				}
				return w.lookWithout(ctx)
			}
		}
	}
	return w.look(ctx)
}

// lookWithout looks for a resource whose state cannot be checked because it hangs
// on what is not there yet: if it is there, it will have to be changed.
func (w *worker) lookWithout(ctx context.Context) (verdict, error) {
	q := w.query("exists")
	if q == nil {
		return absent, nil
	}
	sql, _, err := w.render(q)
	if err != nil {
		return absent, err
	}
	there, err := w.check(ctx, q, sql, once(q))
	if !there {
		return absent, err
	}
	return wrong, err
}

// decide fills in what would be done, as act would do it.
func (w *worker) decide(ctx context.Context, s *Step, found verdict) error {
	always := w.query("createorupdate")
	c, err := w.compare(ctx)
	if err != nil {
		return err
	}
	if c != nil && c.current != nil {
		s.Type, s.Region, s.Identifier = c.call.Type, c.call.Scope.Region, c.identifier
		s.Changes, s.NotCompared = w.d.shown(c), c.unknown
	}
	switch {
	case found == right:
		s.Action = Nothing
		if len(s.Changes) > 0 {
			s.Reason = "its check holds although properties differ: a build leaves it"
		}
		return nil
	case found == absent && always == nil:
		s.Action = Create
		return w.planCreate(ctx, s, "create")
	case always != nil:
		s.Action = Update
		if c == nil || c.current == nil {
			s.Action = Create
		}
		return w.planCreate(ctx, s, "createorupdate")
	case c != nil && len(c.replace) > 0:
		s.Action = Replace
		if !w.d.opts.AllowReplace && !w.r.AllowReplace {
			s.Error = "a property can only be set on creation: the build needs --allow-replace, or allow_replace: true in the manifest"
		}
		return nil
	case w.query("update") == nil:
		s.Error = "it is not as it should be, and the file has no /*+ update */ to change it with"
		return nil
	}
	s.Action, s.Reason = Update, "its check does not hold"
	return w.statementOf(s)
}

// planCreate lists the properties of a resource that is to be made.
func (w *worker) planCreate(ctx context.Context, s *Step, anchor string) error {
	if err := w.statementOf(s); err != nil {
		return err
	}
	sql, err := w.scope.RenderQuery(w.query(anchor))
	if err != nil {
		return err
	}
	if len(sqltext.Split(sql)) > 1 {
		return nil // the statements say what they make
	}
	if !strings.Contains(sql, laterMark) {
		made, err := w.session.Changes(ctx, withoutReturning(sql))
		if err != nil {
			return err // the build would fail with it
		}
		if len(made) == 1 && made[0].Type != "" {
			s.Type, s.Region = made[0].Type, made[0].Scope.Region
			s.Identifier = made[0].Identifier
			if len(s.Changes) == 0 {
				s.Changes, err = w.d.created(made[0])
			}
		}
		return err
	}
	s.Changes, err = w.columns(ctx, sql)
	return err
}

// created shows the desired state of a resource that is to be made.
func (d *Deployment) created(c change.Change) ([]PropertyChange, error) {
	t, err := d.opts.Types.Type(c.Type)
	if err != nil {
		return nil, nil // of an unknown type nobody knows what is secret
	}
	state, err := object(change.Masked(t, c.Document, masked))
	if err != nil {
		return nil, err
	}
	var changes []PropertyChange
	for _, property := range t.Properties {
		if value, ok := state[property.Name]; ok {
			p := d.property(property.Name, nil, value)
			for _, path := range t.WriteOnly {
				p.Secret = p.Secret || path[0] == property.Name
			}
			changes = append(changes, p)
		}
	}
	return changes, nil
}

// columns shows what an INSERT says of its columns, some of which are not known
// yet: the values are what its SELECT or VALUES gives, as it stands.
func (w *worker) columns(ctx context.Context, sql string) ([]PropertyChange, error) {
	cut, err := sqltext.CutWrite(sql)
	if err != nil || cut.Verb != sqltext.Insert || !cut.Source.Given() {
		return nil, err
	}
	found, err := rows(ctx, w.session, strings.TrimSpace(cut.With.Text+" "+cut.Source.Text), false)
	if err != nil || len(found) != 1 {
		return nil, nil // the statement itself will say so when it runs
	}
	result, err := w.session.Query(ctx, strings.TrimSpace(cut.With.Text+" "+cut.Source.Text))
	if err != nil {
		return nil, nil
	}
	values, err := result.Next()
	if err := errors.Join(err, result.Close()); err != nil || len(values) < len(cut.Columns) {
		return nil, nil
	}
	var changes []PropertyChange
	for i, column := range cut.Columns {
		if _, ok := cellText(values[i]); !ok || strings.EqualFold(column.Text, "region") {
			continue
		}
		changes = append(changes, w.d.property(column.Text, nil, cellValue(values[i])))
	}
	return changes, nil
}

// cellValue is a cell as a property would have it, as far as that can be told
// without its schema.
func cellValue(cell any) any {
	switch cell.(type) {
	case bool, int64, float64:
		return cell
	}
	text, _ := cellText(cell)
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		var value any
		if json.Unmarshal([]byte(text), &value) == nil {
			return value
		}
	}
	return text
}

// statementOf renders the statement of the step's action, to be shown.
func (w *worker) statementOf(s *Step) error {
	if w.r.Type == stack.TypeScript {
		text, err := w.scope.Render(w.r.Run)
		s.Statement = text
		return err
	}
	for _, anchor := range map[Action][]string{
		Create: {"create", "createorupdate"}, Update: {"update", "createorupdate"}, Run: {"command"},
	}[s.Action] {
		if q := w.query(anchor); q != nil {
			sql, err := w.scope.RenderQuery(q)
			s.Statement = sql
			return err
		}
	}
	return nil
}

// exportsAfter publishes what the resource will export: what it has now, as far as
// the step does not change that, or that only the build will know.
func (w *worker) exportsAfter(ctx context.Context, s Step) error {
	q := w.query("exports")
	if q == nil || s.Action != Nothing && s.Action != Read && s.Action != Update {
		w.later()
		return nil
	}
	sql, ok, err := w.render(q)
	if !ok {
		return err
	}
	if strings.Contains(sql, laterMark) {
		w.later()
		return nil
	}
	if s.Action != Update {
		return w.export(ctx)
	}
	found, err := w.lookUp(ctx, sql, once(q))
	if err != nil || len(found) != 1 {
		w.later()
		return err
	}
	for _, export := range w.r.Exports {
		value, known := found[0][export.Column]
		if !known || s.touches(export.Column) {
			value = w.laterValue(export)
		}
		w.d.publish(w.r, export, value)
	}
	return nil
}

// touches reports whether the step changes the property that a column shows.
func (s Step) touches(column string) bool {
	plain := func(text string) string { return strings.ToLower(strings.ReplaceAll(text, "_", "")) }
	return slices.ContainsFunc(s.Changes, func(c PropertyChange) bool {
		property, _, _ := strings.Cut(c.Property, "/")
		return plain(property) == plain(column)
	})
}

func (w *worker) later() {
	for _, export := range w.r.Exports {
		w.d.vars.Export(w.r, export.Column, export.Alias, w.laterValue(export))
	}
}

func (w *worker) laterValue(export stack.Export) string {
	return laterMark + w.r.Name + "." + export.Alias + laterEnd
}

// shown makes differences fit to be seen.
func (d *Deployment) shown(c *comparison) []PropertyChange {
	var changes []PropertyChange
	for _, difference := range c.changes {
		p := d.property(difference.Path.String(), difference.Before, difference.After)
		p.Replacement = difference.Replacement == diff.MustReplace
		changes = append(changes, p)
	}
	return changes
}

func (d *Deployment) property(path string, before, after any) PropertyChange {
	p := PropertyChange{Property: path, Before: d.cell(before), After: d.cell(after)}
	p.Known = !strings.Contains(string(p.After), laterMark)
	if secretPath(path) && (mayBeSecret(before) || mayBeSecret(after)) {
		p.Secret = true
		if p.Before != nil {
			p.Before = json.RawMessage(`"` + masked + `"`)
		}
		if p.After != nil && p.Known {
			p.After = json.RawMessage(`"` + masked + `"`)
		}
	}
	return p
}

// mayBeSecret reports whether a property that is called like a secret can be one:
// numbers and truth values only say how long it lasts, or that there is one.
func mayBeSecret(value any) bool {
	switch value.(type) {
	case nil, bool, json.Number, int64, float64:
		return false
	}
	return true
}

func secretPath(path string) bool {
	for _, name := range strings.Split(path, "/") {
		if stack.SecretName(name) {
			return true
		}
	}
	return false
}

func (d *Deployment) cell(value any) json.RawMessage {
	if value == nil {
		return nil
	}
	text := encode(value)
	if copied, err := object(json.RawMessage(`{"value":` + text + `}`)); err == nil {
		eachNamed(copied, func(string, any) any { return masked })
		text = encode(copied["value"])
	}
	return json.RawMessage(d.secrets.mask(text))
}

// Match tells what is not as it was when a former plan was made.
func (p Plan) Match(former Plan) error {
	var all []error
	if p.Stack != former.Stack || p.Environment != former.Environment {
		return fmt.Errorf("the plan is for %s in %s, not for %s in %s", former.Stack, former.Environment, p.Stack, p.Environment)
	}
	was := map[string]string{}
	for _, s := range former.Steps {
		was[s.Resource] = encode(s)
	}
	for _, s := range p.Steps {
		if text, known := was[s.Resource]; !known {
			all = append(all, fmt.Errorf("%s is new in the manifest", s.Resource))
		} else if text != encode(s) {
			all = append(all, fmt.Errorf("%s is not as it was: now the plan is to %s", s.Resource, verb(s)))
		}
		delete(was, s.Resource)
	}
	for name := range was {
		all = append(all, fmt.Errorf("%s is no longer in the manifest", name))
	}
	return errors.Join(all...)
}

func verb(s Step) string {
	if s.Action == Nothing {
		return "leave it"
	}
	return fmt.Sprintf("%s it (%d %s)", s.Action, len(s.Changes), plural(len(s.Changes), "property", "properties"))
}

// Orphan is a resource that carries the tags of the stack, and that the manifest
// does not have any more.
type Orphan struct {
	ARN      string            `json:"arn"`
	Resource string            `json:"resource"` // as the manifest called it
	Region   resource.Region   `json:"region"`
	Type     resource.TypeName `json:"type,omitempty"`
	// Identifier is "" if it could not be found out; then nothing can delete it here.
	Identifier string `json:"identifier,omitempty"`
}

// Later puts words in the place of values that only the build itself will know.
func Later(text, words string) string {
	for {
		start := strings.Index(text, laterMark)
		if start < 0 {
			return text
		}
		end := strings.Index(text[start:], laterEnd)
		if end < 0 {
			return text
		}
		text = text[:start] + words + text[start+end+len(laterEnd):]
	}
}
