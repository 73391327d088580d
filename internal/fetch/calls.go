package fetch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
	"skyql/internal/table"
)

// place is where a list handler looks: a scope, and the values of its inputs.
type place struct {
	scope   resource.Scope
	table   *table.Table
	inputs  map[string]string
	recurse *recursion
	apart   bool // what is listed is not shared
}

// unit is what the list handler found in a place.
type unit struct {
	done   chan struct{} // closed when the rest is set
	rows   []*table.Row
	err    error // that the rows ended with
	broken bool  // given up, which says nothing about the place

	index        sync.Once // fills byIdentifier
	byIdentifier map[string]*table.Row
}

// reading is what the read handler said of a resource: a row, or nil if the
// resource does not exist.
type reading struct {
	done   chan struct{}
	row    *table.Row
	err    error
	broken bool
}

// list gives the rows of a place, page by page. emit gets rows that are its own.
func (f *Fetcher) list(ctx context.Context, p place, emit func([]*table.Row) error) error {
	if p.apart || !f.keeps() {
		return f.pages(ctx, p, emit)
	}
	for key := p.key(); ; {
		f.mu.Lock()
		u, started := f.units[key]
		if !started {
			u = &unit{done: make(chan struct{})}
			f.units[key] = u
		}
		f.mu.Unlock()
		if !started {
			return f.fill(ctx, u, key, p, emit)
		}
		select {
		case <-u.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if u.broken {
			continue // another scan gave up; this one goes on
		}
		if err := emit(clone(u.rows)); err != nil {
			return err
		}
		return u.err
	}
}

// fill lists a place for the first time. A walk that is broken off is forgotten,
// so that what is kept is always the whole.
func (f *Fetcher) fill(ctx context.Context, u *unit, key string, p place, emit func([]*table.Row) error) error {
	var unwanted error
	u.err = f.pages(ctx, p, func(rows []*table.Row) error {
		u.rows = append(u.rows, clone(rows)...)
		unwanted = emit(rows)
		return unwanted
	})
	if u.broken = unwanted != nil || ctx.Err() != nil; u.broken {
		f.mu.Lock()
		delete(f.units, key)
		f.mu.Unlock()
	}
	close(u.done)
	return u.err
}

// pages calls the list handler until there is no next page.
func (f *Fetcher) pages(ctx context.Context, p place, emit func([]*table.Row) error) error {
	in := cloudcontrol.ListInput{Call: call(p.scope, p.table.Type.Name), ResourceModel: p.model()}
	listed := int64(0)
	for {
		page, err := f.reader.List(ctx, in)
		if err != nil {
			return err
		}
		f.Succeeded(p.table.Type.Name, "ListResources")
		rows := make([]*table.Row, len(page.Resources))
		for i, found := range page.Resources {
			rows[i] = &table.Row{
				Scope: p.scope, Identifier: found.Identifier, Inputs: p.inputs, Model: found.Properties,
				FetchedAt: f.opts.Now(),
			}
		}
		f.progress(p.table.Type.Name, int64(len(rows)), 0)
		if err := emit(rows); err != nil {
			return err
		}
		listed += int64(len(rows))
		switch page.NextToken {
		case "":
			if f.opts.Sizes != nil {
				f.opts.Sizes.Counted(p.scope.Region, p.table.Type.Name, p.inputs != nil, listed)
			}
			return nil
		case in.NextToken:
			return &resource.Error{
				Operation: "ListResources", Type: p.table.Type.Name, Scope: p.scope, Code: resource.ServiceInternalError,
				Message: "the service gave the same page token twice, so the list has no end",
			}
		}
		in.NextToken = page.NextToken
	}
}

// get reads a resource. A resource that does not exist gives nil. fresh is false
// if the answer is one that the statement had before.
func (f *Fetcher) get(ctx context.Context, t *table.Table, scope resource.Scope, identifier string) (
	row *table.Row, fresh bool, err error,
) {
	if !f.keeps() {
		row, err = f.read1(ctx, t, scope, identifier)
		return row, true, err
	}
	for key := (resourceKey{scope, t.Type.Name, identifier}); ; {
		f.mu.Lock()
		r, started := f.gets[key]
		if !started {
			r = &reading{done: make(chan struct{})}
			f.gets[key] = r
		}
		f.mu.Unlock()
		if !started {
			r.row, r.err = f.read1(ctx, t, scope, identifier)
			if r.broken = ctx.Err() != nil; r.broken {
				f.mu.Lock()
				delete(f.gets, key)
				f.mu.Unlock()
			}
			close(r.done)
		}
		select {
		case <-r.done:
		case <-ctx.Done():
			return nil, false, ctx.Err()
		}
		switch {
		case r.broken && started:
			continue // another scan gave up; this one goes on
		case r.row == nil:
			return nil, !started, r.err
		}
		return clone([]*table.Row{r.row})[0], !started, nil
	}
}

// read1 calls the read handler, when its turn has come.
func (f *Fetcher) read1(ctx context.Context, t *table.Table, scope resource.Scope, identifier string) (*table.Row, error) {
	slots := f.slots(scope)
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	found, err := f.reader.Get(ctx, cloudcontrol.GetInput{Call: call(scope, t.Type.Name), Identifier: identifier})
	if errors.Is(err, resource.NotFound) {
		f.Succeeded(t.Type.Name, "GetResource")
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !json.Valid(found.Properties) {
		return nil, &resource.Error{
			Operation: "GetResource", Type: t.Type.Name, Identifier: identifier, Scope: scope,
			Code: resource.ServiceInternalError, Message: "the service answered properties that are not JSON",
		}
	}
	f.Succeeded(t.Type.Name, "GetResource")
	f.progress(t.Type.Name, 0, 1)
	if found.Identifier == "" || strings.HasPrefix(identifier, "{") {
		found.Identifier = identifier // asked for in JSON form: the column has to equal what was asked
	}
	return &table.Row{
		Scope: scope, Identifier: found.Identifier, Model: found.Properties, Complete: true, FetchedAt: f.opts.Now(),
	}, nil
}

func (f *Fetcher) keeps() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.keep
}

func (f *Fetcher) progress(name resource.TypeName, listed, read int64) {
	f.listed.Add(listed)
	f.read.Add(read)
	if f.opts.OnProgress != nil {
		f.opts.OnProgress(Progress{Type: name, Listed: listed, Read: read})
	}
}

// clone gives rows that can be decoded without disturbing the originals.
func clone(rows []*table.Row) []*table.Row {
	copies := make([]*table.Row, len(rows))
	for i, row := range rows {
		copies[i] = &table.Row{
			Scope: row.Scope, Identifier: row.Identifier, Inputs: row.Inputs, Model: row.Model,
			Complete: row.Complete, FetchedAt: row.FetchedAt,
		}
	}
	return copies
}

// key tells places apart.
func (p place) key() string {
	return fmt.Sprintf("%s\x00%s\x00%s", p.scope, p.table.Type.Name, p.model())
}

// model gives the ResourceModel with the inputs as the schema types them, or
// nil without any.
func (p place) model() json.RawMessage {
	if len(p.inputs) == 0 {
		return nil
	}
	model := make(map[string]any, len(p.inputs))
	for input, text := range p.inputs {
		model[input] = text
		if column, ok := p.table.InputColumn(input); ok {
			model[input] = typed(text, p.table.Columns[column].Kind)
		}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(model) // strings, numbers, booleans and valid JSON always encode
	return bytes.TrimSpace(b.Bytes())
}

func typed(text string, kind resource.Kind) any {
	switch kind {
	case resource.Integer, resource.Number:
		if _, err := strconv.ParseFloat(text, 64); err == nil && json.Valid([]byte(text)) {
			return json.Number(text)
		}
	case resource.Boolean:
		return text == "1" || strings.EqualFold(text, "true")
	case resource.JSON:
		if strings.HasPrefix(text, "{") && json.Valid([]byte(text)) {
			return json.RawMessage(text)
		}
	}
	return text
}

// demanded reads the properties out of a list handler's refusal, which comes in
// two spellings: "Required property: [X]" and "required key [X] not found".
var demanded = regexp.MustCompile(`(?i)required (?:property:\s*|key\s*)\[([^\]]+)\]`)

// learn notes which inputs a list handler demands beyond what its schema says,
// and gives those that the refused place has no value for.
func (f *Fetcher) learn(p place, err error) (lacking []string) {
	var refusal *resource.Error
	if !errors.As(err, &refusal) || refusal.Code != resource.InvalidRequest {
		return nil
	}
	name := p.table.Type.Name
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, match := range demanded.FindAllStringSubmatch(refusal.Message, -1) {
		for _, input := range strings.Split(match[1], ",") {
			input = strings.TrimSpace(input)
			if !contains(f.learned[name], input) {
				f.learned[name] = append(f.learned[name], input)
			}
			if _, given := p.inputs[input]; !given && !contains(lacking, input) {
				lacking = append(lacking, input)
			}
		}
	}
	return lacking
}
