package store

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"skyql/internal/resource"
	"skyql/internal/tagging"
)

// Store is also the tagging API, over the same resources. Only resources that
// have tags and an ARN are seen.
var _ tagging.Client = (*Store)(nil)

const (
	tagPage = 50
	// keyPage is how many keys or values a page has.
	keyPage = 100
	// tagChunk is how many resources are looked at with their shelf locked.
	tagChunk = 500
)

// tagCall is one call of the tagging API that passed its first checks.
type tagCall struct {
	operation string
	scope     resource.Scope
	store     *Store
	world     *world
	now       time.Time
}

// enterTagging begins a call; wrong is what is wrong with its parameters.
func (s *Store) enterTagging(
	ctx context.Context, operation string, scope resource.Scope, wrong string,
) (tagCall, error) {
	if err := ctx.Err(); err != nil {
		return tagCall{}, err
	}
	c := tagCall{operation: operation, scope: scope, store: s, world: s.world(scope), now: s.now()}
	if wrong != "" {
		return c, c.refuse(resource.Validation, wrong)
	}
	s.settleWorld(c.world, c.now)
	return c, nil
}

func (c tagCall) refuse(code resource.Code, message string) error {
	return &resource.Error{Operation: c.operation, Scope: c.scope, Code: code, Message: message}
}

// tagged is a resource that the tagging API sees.
type tagged struct {
	tagging.Resource
	kind *kind
	item uint64 // its number on the shelf
}

// walk gives the tagged resources behind a position: by type, and in the order
// of their creation.
func (c tagCall) walk(ctx context.Context, from tagToken) iter.Seq2[tagged, error] {
	return func(yield func(tagged, error) bool) {
		for _, s := range c.world.taggable() {
			name, after := string(s.kind.Name), uint64(0)
			switch {
			case name < from.after:
				continue
			case name == from.after:
				after = from.item
			}
			arns := s.kind.tags.arns.in(c.world.scope)
			for more := true; more; {
				if err := ctx.Err(); err != nil {
					yield(tagged{}, err)
					return
				}
				var items []item
				items, more = s.page(filter{}, after, tagChunk)
				for _, it := range items {
					after = it.number
					row, ok := s.kind.taggedRow(it, arns)
					if ok && !yield(row, nil) {
						return
					}
				}
			}
		}
	}
}

func (k *kind) taggedRow(it item, arns arns) (tagged, bool) {
	tags := k.tags.tags(it.model)
	if len(tags) == 0 {
		return tagged{}, false
	}
	arn := arns.arnOf(it.model)
	return tagged{tagging.Resource{ARN: arn, Tags: tags}, k, it.number}, strings.HasPrefix(arn, "arn:")
}

// TaggedResources implements tagging.Reader.
func (s *Store) TaggedResources(ctx context.Context, in tagging.ResourcesInput) (tagging.ResourcePage, error) {
	c, err := s.enterTagging(ctx, tagging.GetResources, in.Scope, checkResources(in))
	if err != nil {
		return tagging.ResourcePage{}, err
	}
	if len(in.ARNs) > 0 {
		return c.named(in), nil
	}
	about := fmt.Sprintf("%q %q %t", in.Filters, in.Types, in.ExcludeCompliant)
	from, err := c.decodeToken(in.PaginationToken, about)
	if err != nil {
		return tagging.ResourcePage{}, err
	}
	size, most := min(tagPage, s.knobs.Load().pageSize), in.TagsPerPage
	if in.ResourcesPerPage > 0 {
		size = min(in.ResourcesPerPage, s.knobs.Load().pageSize)
	}
	var page tagging.ResourcePage
	last, tags := tagToken{made: c.now}, 0
	for row, err := range c.walk(ctx, from) {
		switch {
		case err != nil:
			return tagging.ResourcePage{}, err
		case !row.passes(in):
			continue
		case len(page.Resources) == size || most > 0 && tags > 0 && tags+len(row.Tags) > most:
			page.PaginationToken = last.encode(about)
			return page, nil
		}
		page.Resources = append(page.Resources, row.shown(in))
		last.after, last.item, tags = string(row.kind.Name), row.item, tags+len(row.Tags)
	}
	return page, nil
}

// named gives the resources of the ARNs that have tags.
func (c tagCall) named(in tagging.ResourcesInput) tagging.ResourcePage {
	var page tagging.ResourcePage
	for _, arn := range in.ARNs {
		s, identifier, ok := c.world.findARN(arn)
		if !ok {
			continue
		}
		it, ok := s.get(identifier)
		if !ok {
			continue
		}
		if row, ok := s.kind.taggedRow(it, s.kind.tags.arns.in(c.world.scope)); ok && row.passes(in) {
			page.Resources = append(page.Resources, row.shown(in))
		}
	}
	return page
}

// shown is the resource as it is asked for. There are no tag policies here, so
// every resource complies.
func (t tagged) shown(in tagging.ResourcesInput) tagging.Resource {
	if in.IncludeCompliance {
		t.Compliance = &tagging.Compliance{Compliant: true}
	}
	return t.Resource
}

// passes reports whether all filters let the resource through.
func (t tagged) passes(in tagging.ResourcesInput) bool {
	if in.ExcludeCompliant {
		return false
	}
	for _, filter := range in.Filters {
		if !slices.ContainsFunc(t.Tags, func(tag tagging.Tag) bool { return matches(filter, tag) }) {
			return false
		}
	}
	if len(in.Types) == 0 {
		return true
	}
	service, thing := t.kind.tags.typeOf(t.ARN)
	return slices.Contains(in.Types, service) || slices.Contains(in.Types, service+":"+thing)
}

// matches reports whether a tag is what a filter wants.
func matches(filter tagging.Filter, tag tagging.Tag) bool {
	return tag.Key == filter.Key && (len(filter.Values) == 0 || slices.Contains(filter.Values, tag.Value))
}

// TagKeys implements tagging.Reader.
func (s *Store) TagKeys(ctx context.Context, in tagging.KeysInput) (tagging.KeyPage, error) {
	c, err := s.enterTagging(ctx, tagging.GetTagKeys, in.Scope, "")
	if err != nil {
		return tagging.KeyPage{}, err
	}
	keys, token, err := c.texts(ctx, in.PaginationToken, "keys", func(tag tagging.Tag) (string, bool) { return tag.Key, true })
	return tagging.KeyPage{Keys: keys, PaginationToken: token}, err
}

// TagValues implements tagging.Reader.
func (s *Store) TagValues(ctx context.Context, in tagging.ValuesInput) (tagging.ValuePage, error) {
	var wrong violations
	wrong.length("key", in.Key, 1, maxTagKey)
	c, err := s.enterTagging(ctx, tagging.GetTagValues, in.Scope, wrong.String())
	if err != nil {
		return tagging.ValuePage{}, err
	}
	values, token, err := c.texts(ctx, in.PaginationToken, "values "+in.Key,
		func(tag tagging.Tag) (string, bool) { return tag.Value, tag.Key == in.Key })
	return tagging.ValuePage{Values: values, PaginationToken: token}, err
}

// texts gives a page of the different texts that tags have, in order.
func (c tagCall) texts(
	ctx context.Context, token, about string, of func(tagging.Tag) (string, bool),
) (page []string, next string, err error) {
	from, err := c.decodeToken(token, about)
	if err != nil {
		return nil, "", err
	}
	found := map[string]bool{}
	for row, err := range c.walk(ctx, tagToken{}) {
		if err != nil {
			return nil, "", err
		}
		for _, tag := range row.Tags {
			if text, ok := of(tag); ok && (token == "" || text > from.after) {
				found[text] = true
			}
		}
	}
	page = slices.Sorted(maps.Keys(found))
	if size := min(keyPage, c.store.knobs.Load().pageSize); len(page) > size {
		page = page[:size]
		next = tagToken{made: c.now, after: page[size-1]}.encode(about)
	}
	return page, next, nil
}
