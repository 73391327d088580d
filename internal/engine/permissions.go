package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"skyql/internal/sqltext"
)

// Permissions tells which IAM actions a statement needs, each once and sorted:
// those of the API and those of the handlers that it would run. Nothing is sent.
func (s *Session) Permissions(ctx context.Context, source string) ([]string, error) {
	source = s.legacy(source)
	switch verb := sqltext.VerbOf(source); verb {
	case sqltext.Show, sqltext.Describe, sqltext.Set:
		return nil, nil
	case sqltext.Explain:
		return nil, errors.New("EXPLAIN shows the permissions itself")
	}
	rewritten, err := sqltext.Rewrite(source, func(parts []string, _ sqltext.Place) (string, error) { return s.resolve(ctx, parts) })
	if err != nil {
		return nil, located(source, err)
	}
	e := &explanation{session: s, permissions: map[string]bool{}}
	if rewritten.Target == "" {
		return e.of(s.newStatement(ctx, source, rewritten))
	}
	w, err := s.newWrite(ctx, source, rewritten.Target)
	if err != nil {
		return nil, err
	}
	if err := w.prepareReturning(); err != nil {
		return nil, err
	}
	composed := w.targets("region")
	if w.cut.Verb == sqltext.Insert {
		composed = &sqltext.Composer{}
		w.begin(composed)
		composed.Clause(w.cut.Source)
	} else {
		for _, assignment := range w.cut.Set {
			composed.Add(", (")
			composed.Clause(assignment.Value)
			composed.Add(")")
		}
		w.where(composed)
	}
	statement, err := w.composed(composed)
	if err != nil {
		return nil, err
	}
	if _, err := e.of(statement); err != nil {
		return nil, err
	}
	for _, permission := range w.permissions() {
		e.permissions[permission] = true
	}
	return sortedActions(e.permissions), nil
}

// of gives the permissions of a query.
func (e *explanation) of(statement *statement) ([]string, error) {
	statement.plans = map[string]planned{}
	loops, err := statement.loops()
	if err != nil {
		return nil, err
	}
	for _, loop := range loops {
		e.scan(loop)
	}
	for _, name := range statement.sql.Tables {
		if t := e.session.natives[name]; t != nil {
			e.add("call", name, nil, nil, nil, nil, int64(max(1, len(e.session.opts.Regions))))
			for _, operation := range t.Operations {
				e.permissions[apiAction(operation)] = true
			}
		}
	}
	return sortedActions(e.permissions), nil
}

// showPermissions answers SHOW PERMISSIONS FOR a statement.
func (s *Session) showPermissions(ctx context.Context, source string) (*Result, error) {
	statement, ok := sqltext.Permissions(source)
	if !ok || strings.TrimSpace(statement) == "" {
		return nil, fmt.Errorf("SHOW PERMISSIONS wants a statement, as in SHOW PERMISSIONS FOR SELECT arn FROM awscc.s3.buckets")
	}
	permissions, err := s.Permissions(ctx, statement)
	if err != nil {
		return nil, err
	}
	rows := make([][]any, len(permissions))
	for i, permission := range permissions {
		rows[i] = []any{permission}
	}
	return fixed([]Column{text("permission")}, rows), nil
}
