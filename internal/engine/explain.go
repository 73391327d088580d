package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/fetch"
	"skyql/internal/pushdown"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/sqltext"
	"skyql/internal/table"
	"skyql/internal/vtable"
)

// explain answers EXPLAIN of a query: which calls it would make of the API, what
// of the WHERE clause goes to AWS and what is looked at here, and the permissions
// that it needs. Nothing is sent.
func (s *Session) explain(ctx context.Context, source string) (*Result, error) {
	inner, analyze, _ := sqltext.Explained(source)
	rewritten, err := sqltext.Rewrite(inner, func(parts []string, _ sqltext.Place) (string, error) { return s.resolve(ctx, parts) })
	if err != nil {
		return nil, located(source, err)
	}
	if analyze {
		return s.analyze(s.newStatement(ctx, inner, rewritten))
	}
	e := &explanation{session: s, permissions: map[string]bool{}}
	if _, err := e.of(s.newStatement(ctx, inner, rewritten)); err != nil {
		return nil, err
	}
	return e.result(), nil
}

// planned is how a table would be scanned, and what SQLite asked of it.
type planned struct {
	table *table.Table
	query pushdown.Query
	plan  pushdown.Plan
}

var _ vtable.Planner = (*statement)(nil)

// Planned notes a plan by the index string under which SQLite's plan has it.
func (s *statement) Planned(t *table.Table, query pushdown.Query, plan pushdown.Plan) {
	if s.plans != nil {
		s.plans[plan.Encode()] = planned{t, query, plan}
	}
}

// loops gives the scans of AWS's tables in SQLite's plan, the outer ones first.
//
// https://sqlite.org/eqp.html
func (s *statement) loops() ([]planned, error) {
	s.enter()
	for {
		prepared, _, err := s.session.db.Prepare("EXPLAIN QUERY PLAN " + s.sql.Text)
		if err != nil {
			if more, failed := s.supply(err); more && failed == nil {
				continue
			}
			return nil, s.explainFailure(err)
		}
		defer prepared.Close()
		if prepared.BindCount() > 0 {
			return nil, unbound(prepared)
		}
		var loops []planned
		for prepared.Step() {
			if _, index, ok := strings.Cut(prepared.ColumnText(3), "VIRTUAL TABLE INDEX 0:"); ok {
				if loop, known := s.plans[strings.TrimSuffix(index, " LEFT-JOIN")]; known {
					loops = append(loops, loop)
				}
			}
		}
		return loops, prepared.Err()
	}
}

// explanation collects the rows of an EXPLAIN.
type explanation struct {
	session     *Session
	rows        [][]any
	total       int64
	permissions map[string]bool
}

// scan adds the rows of one scan: the parents that are listed first, the list or
// the reads, and the reads that follow a list.
func (e *explanation) scan(p planned) {
	regions, several := e.regions(p)
	pushed, inputs := e.pushed(p)
	filtered := e.filtered(p)
	if p.plan.Handler == pushdown.Get {
		e.add("read", p.table.Name, regions, pushed, filtered, nil, int64(max(1, p.plan.Cost)))
		e.permit(p.table.Type, cloudcontrol.GetResource, schema.Read)
		return
	}
	lists := several
	for _, parent := range e.parents(p, inputs) {
		if parent.Origin != catalog.FromParent {
			lists *= int64(max(1, len(parent.Values)))
			continue
		}
		many := int64(math.Ceil(e.session.size(parent.Type).Filled().Resources))
		e.add("list parents", string(parent.Type), regions, nil, nil, nil, several*int64(pushdown.Pages(float64(many))))
		if t, err := e.session.opts.Types.Catalog().Type(parent.Type); err == nil {
			e.permit(t, cloudcontrol.ListResources, schema.List)
			if !schema.HasTop(t.PrimaryIdentifier, parent.Property) {
				e.add("read parents", string(parent.Type), nil, nil, nil, []string{parent.Property}, several*many)
				e.permit(t, cloudcontrol.GetResource, schema.Read)
			}
		}
		lists *= many
	}
	rows, wanted := p.plan.Rows, p.wanted(filtered)
	if len(inputs) == 0 && lists == several {
		lists *= int64(pushdown.Pages(p.query.Size.Filled().Resources))
		if p.plan.Order == nil {
			lists = min(lists, int64(pushdown.Pages(float64(wanted))))
		}
	}
	e.add("list", p.table.Name, regions, pushed, filtered, nil, lists)
	e.permit(p.table.Type, cloudcontrol.ListResources, schema.List)
	if columns := e.readFor(p, inputs); len(columns) > 0 {
		e.add("read each row", p.table.Name, nil, nil, nil, columns, min(rows, wanted))
		e.permit(p.table.Type, cloudcontrol.GetResource, schema.Read)
	}
}

// wanted is how many rows a LIMIT leaves, as far as the statement tells.
func (p planned) wanted(filtered []string) int64 {
	rows := int64(-1)
	if len(filtered) == 0 {
		for _, argument := range p.plan.Arguments {
			switch n := p.query.Constraints[argument.Constraint].Rows; {
			case argument.Role == pushdown.Match, n < 0:
				return math.MaxInt64
			case argument.Role == pushdown.LimitRows, argument.Role == pushdown.SkipRows:
				rows = max(0, rows) + n
			}
		}
	}
	if rows < 0 {
		return math.MaxInt64
	}
	return rows
}

// regions tells where the scan goes, and how many places that is about.
func (e *explanation) regions(p planned) (where any, several int64) {
	for _, argument := range p.plan.Arguments {
		if argument.Role == pushdown.Region {
			if argument.Many {
				return "those of the IN list", 2
			}
			return "that of the condition", 1
		}
	}
	asked := fetch.Asked(p.table.Type.Name, e.session.opts.Regions)
	names := make([]string, len(asked))
	for i, region := range asked {
		names[i] = string(region)
	}
	return orNull(strings.Join(names, ", ")), int64(max(1, len(names)))
}

// pushed names the conditions that AWS is told, or that decide which rows are
// read, and the inputs of the list handler among them.
func (e *explanation) pushed(p planned) (names, inputs []string) {
	for _, argument := range p.plan.Arguments {
		switch argument.Role {
		case pushdown.LimitRows:
			names = append(names, "LIMIT")
		case pushdown.SkipRows, pushdown.Match:
		default:
			names = append(names, p.condition(argument.Constraint))
		}
		if argument.Role == pushdown.Input {
			inputs = append(inputs, p.table.Columns[argument.Column].Input)
		}
	}
	if p.plan.Order != nil {
		names = append(names, "ORDER BY")
	}
	return names, inputs
}

// filtered names the conditions that are looked at here.
func (e *explanation) filtered(p planned) []string {
	taken := map[int]bool{}
	for _, argument := range p.plan.Arguments {
		if argument.Role != pushdown.Match {
			taken[argument.Constraint] = true
		}
	}
	patterns := map[int]bool{} // columns with LIKE, of which SQLite makes a range besides
	for _, c := range p.query.Constraints {
		patterns[c.Column] = patterns[c.Column] || c.Word == "LIKE" || c.Word == "GLOB"
	}
	var names []string
	for i, c := range p.query.Constraints {
		if patterns[c.Column] && (c.Word == ">=" || c.Word == "<") {
			continue
		}
		if !taken[i] && c.Op != pushdown.Limit && c.Op != pushdown.Offset && c.Column >= 0 && c.Usable {
			names = append(names, p.condition(i))
		}
	}
	return names
}

func (p planned) condition(i int) string {
	c := p.query.Constraints[i]
	word := c.Word
	if c.Many {
		word = "IN"
	}
	return strings.TrimSpace(p.table.Columns[c.Column].Name + " " + word)
}

// readFor names the columns for which rows are read behind a list.
func (e *explanation) readFor(p planned, inputs []string) []string {
	passed := map[string]string{}
	for _, input := range inputs {
		passed[input] = ""
	}
	var names []string
	for _, column := range p.plan.Used {
		if !p.table.Implied(column, passed) {
			names = append(names, p.table.Columns[column].Name)
		}
	}
	return names
}

// parents are the types that are listed for inputs which nobody gave.
func (e *explanation) parents(p planned, given []string) []catalog.Parent {
	sets := p.table.Type.Handlers[schema.List].Input.Alternatives()
	if len(sets) == 0 {
		return nil
	}
	lacking := slices.DeleteFunc(slices.Clone(sets[0]), func(input string) bool { return slices.Contains(given, input) })
	if len(lacking) == 0 {
		return nil
	}
	return e.session.opts.Types.Catalog().Parents(p.table.Type, lacking)
}

func (e *explanation) permit(t *schema.ResourceType, operation string, handler schema.HandlerName) {
	e.permissions["cloudformation:"+operation] = true
	for _, permission := range t.Handlers[handler].Permissions {
		e.permissions[permission] = true
	}
}

func (e *explanation) add(action, name string, regions any, pushed, filtered, readFor []string, calls int64) {
	e.total += calls
	e.rows = append(e.rows, []any{
		action, name, regions, orNull(strings.Join(pushed, ", ")), orNull(strings.Join(filtered, ", ")),
		orNull(strings.Join(readFor, ", ")), calls,
	})
}

func (e *explanation) result() *Result {
	e.rows = append(e.rows, []any{"total", nil, nil, nil, nil, nil, e.total})
	for _, permission := range sortedActions(e.permissions) {
		e.rows = append(e.rows, []any{"permission", permission, nil, nil, nil, nil, nil})
	}
	result := fixed([]Column{
		text("action"), text("name"), text("regions"), text("pushed_down"), text("filtered_here"), text("read_for"),
		integer("calls"),
	}, e.rows)
	if e.total > 0 {
		result.Notes = []string{fmt.Sprintf("nothing was sent; where no list has told how many there are, %v resources of a type are assumed",
			pushdown.Assumed.Resources)}
	}
	return result
}

// analyze runs a query, keeps its rows to itself, and tells which calls it made.
func (s *Session) analyze(statement *statement) (*Result, error) {
	if s.opts.Calls == nil {
		return nil, errors.New("EXPLAIN ANALYZE needs a record of calls, which this session does not have")
	}
	before, hits, start := s.opts.Calls.Totals(), s.cacheHits(), time.Now()
	result, err := s.run(statement)
	if err != nil {
		return nil, err
	}
	rows := int64(0)
	for {
		row, err := result.Next()
		if err != nil {
			return nil, errors.Join(err, result.Close())
		}
		if row == nil {
			break
		}
		rows++
	}
	if err := result.Close(); err != nil {
		return nil, err
	}
	took := time.Since(start)
	made := s.opts.Calls.Totals().Since(before)
	var out [][]any
	for _, kind := range made.Kinds() {
		t := made[kind]
		out = append(out, []any{
			kind.Operation, orNull(string(kind.Type)), orNull(string(kind.Region)), int64(t.Calls), int64(t.Attempts - t.Calls),
			int64(t.Throttled), int64(t.Failed), milliseconds(t.Waited), milliseconds(t.Duration / time.Duration(t.Calls)), nil,
		})
	}
	sum := made.Sum()
	out = append(out, []any{
		"total", nil, nil, int64(sum.Calls), int64(sum.Attempts - sum.Calls), int64(sum.Throttled), int64(sum.Failed),
		milliseconds(sum.Waited), milliseconds(took), rows,
	})
	answer := fixed([]Column{
		text("operation"), text("type_name"), text("region"), integer("calls"), integer("retries"), integer("throttled"),
		integer("failed"), number("waited_ms"), number("ms"), integer("rows"),
	}, out)
	if n := s.cacheHits() - hits; n > 0 {
		answer.Notes = []string{fmt.Sprintf("%d %s came out of the session's cache", n, plural(n, "answer"))}
	}
	return answer, nil
}

func (s *Session) cacheHits() int {
	if s.opts.Cache == nil {
		return 0
	}
	return s.opts.Cache.Hits()
}

func number(name string) Column { return Column{name, resource.Number} }

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
