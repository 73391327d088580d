package stack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// anchors are the names of queries, and aliases those that older files have.
var (
	anchors = []string{
		"exists", "statecheck", "create", "update", "createorupdate", "exports", "delete", "command",
		"callback", "callback:create", "callback:update", "callback:delete",
		"troubleshoot", "troubleshoot:create", "troubleshoot:update", "troubleshoot:delete",
	}
	aliases = map[string]string{"preflight": "exists", "postdeploy": "statecheck"}
)

// queryFile collects what an .iql file holds.
type queryFile struct {
	name     string // relative to the stack directory
	queries  map[string]*Query
	warnings []string
	open     *Query   // whose lines are being read; nil before the first anchor
	lines    []string // of open, with the text before the first anchor in front
	start    int      // line of the first of them
}

// parseQueries cuts an .iql file at its anchors: lines that begin with /*+ and
// have */ in them. The text before the first anchor belongs to the first query
// that has text of its own.
func parseQueries(name, text string) *queryFile {
	f := &queryFile{name: name, queries: map[string]*Query{}, start: 1}
	text = strings.TrimPrefix(text, "\ufeff")
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		trimmed := strings.TrimLeft(line, " \t\f\v")
		inner, isAnchor := strings.CutPrefix(trimmed, "/*+")
		inner, _, closed := strings.Cut(inner, "*/")
		if !isAnchor || !closed {
			f.lines = append(f.lines, line)
			continue
		}
		f.anchor(inner, i+1)
	}
	f.finish()
	return f
}

func (f *queryFile) warn(line int, format string, args ...any) {
	f.warnings = append(f.warnings, fmt.Sprintf("%s:%d: ", f.name, line)+fmt.Sprintf(format, args...))
}

// anchor begins a query.
func (f *queryFile) anchor(text string, line int) {
	preamble := f.open == nil || f.lost()
	if !preamble {
		f.finish()
		f.lines, f.start = nil, line
	} else if f.open != nil {
		f.warn(f.open.Line, "the anchor %s has no text and is ignored", f.open.Anchor)
	}
	f.lines = append(f.lines, "") // in place of the anchor, so that lines can be counted
	f.open = f.query(text, line)
}

// lost reports whether nothing follows the open anchor.
func (f *queryFile) lost() bool {
	own := f.lines[min(f.open.Line-f.start+1, len(f.lines)):]
	return strings.TrimSpace(strings.Join(own, "")) == ""
}

// finish keeps the open query.
func (f *queryFile) finish() {
	q := f.open
	if q == nil {
		return
	}
	if f.lost() {
		f.warn(q.Line, "the anchor %s has no text and is ignored", q.Anchor)
		return
	}
	if !slices.Contains(anchors, q.Anchor) {
		return // query has warned
	}
	text := strings.Join(f.lines, "\n")
	cut := len(text) - len(strings.TrimLeft(text, " \t\r\n\f\v"))
	q.Line = f.start + strings.Count(text[:cut], "\n")
	q.Text = strings.TrimSpace(text)
	if f.queries[q.Anchor] != nil {
		f.warn(q.Line, "the anchor %s is there twice; this one counts", q.Anchor)
	}
	f.queries[q.Anchor] = q
}

// query reads the anchor's name and options.
func (f *queryFile) query(text string, line int) *Query {
	parts := strings.Split(text, ",")
	name := strings.ToLower(strings.TrimSpace(parts[0]))
	if alias, ok := aliases[name]; ok {
		name = alias
	}
	if !slices.Contains(anchors, name) {
		hint := "a hint to an engine must not begin a line"
		for _, known := range anchors {
			if nearMiss(name, known) {
				hint = "is it " + known + "?"
				break
			}
		}
		f.warn(line, "the anchor %q is not known, and what follows it is ignored; %s", name, hint)
	}
	q := &Query{
		Anchor: name, File: f.name, Line: line, Strings: map[string]string{},
		Retries: DefaultRetries, PostDeleteRetries: DefaultPostDeleteRetries, PostDeleteRetryDelay: DefaultPostDeleteRetryDelay,
	}
	for _, part := range parts[1:] {
		if key, value, ok := strings.Cut(part, "="); ok {
			f.option(q, strings.TrimSpace(key), strings.TrimSpace(value), line)
		}
	}
	return q
}

// option sets one. Options that are not known are for other tools.
func (f *queryFile) option(q *Query, key, value string, line int) {
	n, err := strconv.ParseUint(value, 10, 31)
	seconds := time.Duration(n) * time.Second
	if err != nil {
		if slices.Contains(options, key) {
			f.warn(line, "%s of the anchor %s is %q, not a whole number, and is ignored", key, q.Anchor, value)
			return
		}
		q.Strings[key] = value
		return
	}
	switch key {
	case "retries":
		q.Retries, q.RetriesGiven = int(n), true
	case "retry_delay":
		q.RetryDelay, q.RetryDelayGiven = seconds, true
	case "postdelete_retries":
		q.PostDeleteRetries, q.PostDeleteRetriesGiven = int(n), true
	case "postdelete_retry_delay":
		q.PostDeleteRetryDelay, q.PostDeleteRetryDelayGiven = seconds, true
	default:
		q.Strings[key] = value
		for _, known := range options {
			if nearMiss(key, known) {
				f.warn(line, "the option %s of the anchor %s is not known and is ignored; is it %s?", key, q.Anchor, known)
			}
		}
	}
}

// options are those of anchors that are numbers.
var options = []string{"retries", "retry_delay", "postdelete_retries", "postdelete_retry_delay"}
