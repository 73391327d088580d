package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"skyql/internal/change"
	"skyql/internal/cloudcontrol"
	"skyql/internal/native"
	"skyql/internal/resource"
	"skyql/internal/sqltext"
	"skyql/internal/table"
	"skyql/internal/tagging"
	"skyql/internal/validate"
	"skyql/internal/vtable"
)

// tagWrites sets tags of resources that are named by their ARNs, with INSERT or
// UPDATE, and takes tags away with DELETE … WHERE TagKeys = '["key"]'.
//
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_TagResources.html
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_UntagResources.html
type tagWrites struct{}

func (tagWrites) words(verb sqltext.Verb) (done, thing string, err error) {
	if verb == sqltext.Delete {
		return "untagged", "resource", nil
	}
	return "tagged", "resource", nil
}

// atOnce is how many ARNs the API takes in a call.
func (tagWrites) atOnce() int { return 20 }

func (tagWrites) returned() []returnedColumn {
	return []returnedColumn{
		placeColumns()[0],
		{vtable.StaticColumn{Name: "ResourceARN", Kind: resource.Text}, false, func(o *outcome) any { return o.Change.Identifier }},
		{vtable.StaticColumn{Name: "ErrorCode", Kind: resource.Text}, false, func(o *outcome) any { return orNull(string(o.errorCode())) }},
		{vtable.StaticColumn{Name: "StatusMessage", Kind: resource.Text}, false, func(o *outcome) any { return orNull(o.statusMessage()) }},
	}
}

func (tagWrites) writes() []string {
	return append(nativeColumns(native.TaggedResources), "Tags")
}

func (tagWrites) has(column string) bool { return true } // no call takes more

func (t tagWrites) plan(w *write) error {
	if w.session.opts.Tagging == nil {
		return errors.New("there is no client for the tagging API")
	}
	w.noWait = false // there is nothing to wait for
	p := &tagPlan{w: w, seen: map[resourceName]string{}}
	most := w.session.opts.Write.MaxChanges
	var err error
	switch w.cut.Verb {
	case sqltext.Insert:
		most = w.mostInserted()
		err = p.insert()
	case sqltext.Update:
		err = p.update()
	default:
		err = p.delete()
	}
	if err == nil {
		err = w.refuseTooMany(len(w.changes), most)
	}
	if err == nil && len(p.invalid) > 0 {
		err = &change.InvalidError{Table: w.name, What: "statement", Rows: p.invalid, Total: p.rows}
	}
	return err
}

// tagPlan collects the changes of a statement.
type tagPlan struct {
	w       *write
	rows    int
	seen    map[resourceName]string // what each is to get
	invalid []change.RowFaults
}

func (p *tagPlan) insert() error {
	w := p.w
	columns, err := w.columnsOf(w.cut.Columns, []string{"ResourceARN", "ResourceARNList", "Tags", "region"})
	if err != nil {
		return err
	}
	composed := &sqltext.Composer{}
	w.begin(composed)
	composed.Clause(w.cut.Source)
	_, err = w.each(composed, len(columns), func(row []any) error {
		values := map[string]any{}
		for i, column := range columns {
			values[column] = row[i]
		}
		region, isText := values["region"].(string)
		if !isText && values["region"] != nil {
			return fmt.Errorf("the column region is text, not %v", values["region"])
		}
		arns, err := textList(values["ResourceARNList"])
		if arn, ok := values["ResourceARN"].(string); ok {
			arns = append(arns, arn)
		}
		if err == nil && len(arns) == 0 {
			err = errors.New("ResourceARN says which resource to tag")
		}
		p.add(region, arns, values["Tags"], err)
		return nil
	})
	return err
}

func (p *tagPlan) update() error {
	w := p.w
	if _, err := w.setColumns([]string{"Tags"}); err != nil {
		return err
	}
	if err := w.refuseWithoutWhere(); err != nil {
		return err
	}
	composed := w.targets(table.RegionColumn, "ResourceARN")
	composed.Add(", (")
	composed.Clause(w.cut.Set[0].Value)
	composed.Add(")")
	w.where(composed)
	_, err := w.each(composed, 3, p.row)
	return err
}

func (p *tagPlan) delete() error {
	if err := p.w.refuseWithoutWhere(); err != nil {
		return err
	}
	composed := p.w.targets(table.RegionColumn, "ResourceARN", "TagKeys")
	p.w.where(composed)
	_, err := p.w.each(composed, 3, p.row)
	return err
}

// row takes region, ARN, and the tags or keys.
func (p *tagPlan) row(row []any) error {
	name, _, err := target(row[:2])
	if err != nil {
		return err
	}
	p.add(string(name.scope.Region), []string{name.identifier}, row[2], nil)
	return nil
}

func (p *tagPlan) add(region string, arns []string, tags any, err error) {
	p.rows++
	if regions := p.w.session.opts.Regions; region == "" && len(regions) == 1 {
		region = string(regions[0])
	}
	if err == nil {
		err = change.CheckRegion(resource.Region(region))
	}
	var document json.RawMessage
	if err == nil && p.w.cut.Verb == sqltext.Delete {
		document, err = tagKeys(tags)
	} else if err == nil {
		document, err = tagMap(tags)
	}
	if err != nil {
		p.invalid = append(p.invalid, change.RowFaults{Row: p.rows, Identifier: strings.Join(arns, ", "), Faults: []validate.Fault{
			{Message: err.Error()},
		}})
	}
	for _, arn := range arns {
		name := resourceName{resource.Scope{Region: resource.Region(region)}, arn}
		before, again := p.seen[name]
		switch {
		case again && before == string(document):
			continue
		case again:
			p.invalid = append(p.invalid, change.RowFaults{Row: p.rows, Identifier: arn, Faults: []validate.Fault{
				{Message: "another row says otherwise of the same resource"},
			}})
			continue
		}
		p.seen[name] = string(document)
		p.w.changes = append(p.w.changes, change.Change{
			Operation: cloudcontrol.Update, Scope: resource.Scope{Region: resource.Region(region)}, Identifier: arn,
			Document: document,
		})
	}
}

// textList reads a list of texts: JSON, or one text.
func textList(value any) ([]string, error) {
	var text string
	switch v := value.(type) {
	case nil:
		return nil, nil
	case string:
		text = v
	case json.RawMessage:
		text = string(v)
	default:
		return nil, fmt.Errorf("a list of texts is wanted, not %v", v)
	}
	if !strings.HasPrefix(strings.TrimSpace(text), "[") {
		return []string{text}, nil
	}
	var list []string
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf(`a list such as ["a", "b"] is wanted: %w`, err)
	}
	return list, nil
}

// tagKeys reads the keys to take away.
func tagKeys(value any) (json.RawMessage, error) {
	list, err := textList(value)
	if err == nil && len(list) == 0 {
		err = errors.New(`TagKeys says which tags to take away: add WHERE TagKeys = '["key"]'`)
	}
	return json.RawMessage(jsonText(list)), err
}

// tagMap reads tags in both of their forms.
func tagMap(value any) (json.RawMessage, error) {
	wanted := errors.New(`the column Tags is JSON such as {"key": "value"} or [{"Key": "key", "Value": "value"}]`)
	var text string
	switch v := value.(type) {
	case string:
		text = v
	case json.RawMessage:
		text = string(v)
	default:
		return nil, wanted
	}
	var tags map[string]string
	if json.Unmarshal([]byte(text), &tags) != nil {
		var list []tagging.Tag
		if json.Unmarshal([]byte(text), &list) != nil {
			return nil, wanted
		}
		tags = map[string]string{}
		for _, tag := range list {
			tags[tag.Key] = tag.Value
		}
	}
	if len(tags) == 0 {
		return nil, wanted
	}
	return json.RawMessage(encoded(tags)), nil
}

// carryOut makes one call for the resources of a unit that get the same.
func (tagWrites) carryOut(w *write, unit []*outcome) {
	for len(unit) > 0 {
		first := unit[0]
		alike := []*outcome{first}
		rest := slices.DeleteFunc(slices.Clone(unit[1:]), func(o *outcome) bool {
			same := o.Scope == first.Scope && string(o.Document) == string(first.Document)
			if same {
				alike = append(alike, o)
			}
			return same
		})
		w.tag(alike)
		unit = rest
	}
}

func (w *write) tag(alike []*outcome) {
	arns := make([]string, len(alike))
	for i, o := range alike {
		arns[i] = o.Change.Identifier
	}
	var failures tagging.Failures
	var err error
	operation := tagging.TagResources
	if w.cut.Verb == sqltext.Delete {
		operation = tagging.UntagResources
		var keys []string
		_ = json.Unmarshal(alike[0].Document, &keys) // it was encoded here
		failures, err = w.session.opts.Tagging.UntagResources(w.ctx,
			tagging.UntagInput{Scope: alike[0].Scope, ARNs: arns, Keys: keys})
	} else {
		var tags map[string]string
		_ = json.Unmarshal(alike[0].Document, &tags) // it was encoded here
		failures, err = w.session.opts.Tagging.TagResources(w.ctx,
			tagging.TagInput{Scope: alike[0].Scope, ARNs: arns, Tags: tags})
	}
	if w.session.opts.Cache != nil {
		w.session.opts.Cache.Forget(alike[0].Scope) // the resources' models show their tags
	}
	for _, o := range alike {
		o.Err = err
		if failure, failed := failures[o.Change.Identifier]; failed {
			o.Err = &resource.Error{
				Operation: operation, Scope: o.Scope, Identifier: o.Change.Identifier,
				Code: resource.Code(failure.Code), Message: failure.Message,
			}
		}
	}
}
