package engine

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"skyql/internal/fetch"
	"skyql/internal/naming"
	"skyql/internal/native"
	"skyql/internal/resource"
	"skyql/internal/table"
	"skyql/internal/vtable"
)

// resolveNative makes a table known that does not show one resource type, and
// gives its name, or "" if there is none of that service and name.
func (s *Session) resolveNative(service, short string) (string, error) {
	if name := service + "." + short; views[name].table != "" {
		return s.registerView(name)
	}
	found, err := native.Find(service, short)
	if found == nil {
		return "", err
	}
	name := found.FullName()
	if _, known := s.tables[name]; known {
		return name, nil
	}
	keyed := &vtable.Keyed{Name: name, Rows: func(keys map[string]string) iter.Seq2[[]any, error] {
		return s.current.nativeRows(found, keys)
	}}
	for _, c := range found.Columns {
		keyed.Columns = append(keyed.Columns, vtable.KeyedColumn{
			StaticColumn: vtable.StaticColumn{Name: c.Name, Kind: c.Kind, Hidden: c.Hidden}, Key: c.Input, Required: c.Required,
		})
	}
	if err := vtable.RegisterKeyed(s.db, keyed, s.host); err != nil {
		return "", fmt.Errorf("table %s: %w", name, err)
	}
	s.tables[name] = nil
	s.natives[name] = found
	return name, nil
}

// view shows some columns of a resource type's table.
type view struct {
	service, table string
	columns        []string
}

// views are those that the provider has, by service and name.
var views = map[string]view{
	"ec2.vw_subnet_route_table_associations": {"ec2", "subnet_route_table_associations", []string{"region", "route_table_id", "id", "subnet_id"}},
}

// viewOf finds the view that a SHOW or DESCRIBE names.
func viewOf(parts []string) (view, bool) {
	if len(parts) == 3 && strings.EqualFold(parts[0], naming.Provider) {
		parts = parts[1:]
	}
	found, ok := views[strings.ToLower(strings.Join(parts, "."))]
	return found, ok
}

func (s *Session) registerView(name string) (string, error) {
	full := "awscc." + name
	if _, known := s.tables[full]; known {
		return full, nil
	}
	v := views[name]
	of, listOnly, err := s.opts.Types.Catalog().Lookup(v.service, v.table)
	if err != nil {
		return "", err
	}
	base, err := s.register(of, listOnly)
	if err != nil {
		return "", err
	}
	err = s.db.Exec("CREATE TEMP VIEW " + table.Quote(full) + " AS SELECT " + strings.Join(v.columns, ", ") + " FROM " + table.Quote(base))
	if err != nil {
		return "", fmt.Errorf("view %s: %w", full, err)
	}
	s.tables[full] = nil
	return full, nil
}

// nativeRows asks each region. A statement that runs in passes asks once.
func (s *statement) nativeRows(t *native.Table, keys map[string]string) iter.Seq2[[]any, error] {
	rows := s.nativeRegions(t, keys)
	if s.replay == nil {
		return rows
	}
	key := t.FullName()
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		key += fmt.Sprintf("\x00%s\x00%s", name, keys[name])
	}
	kept, ok := s.replay.native[key]
	if !ok {
		for row, err := range rows {
			if err != nil {
				return func(yield func([]any, error) bool) { yield(nil, err) }
			}
			kept = append(kept, row)
		}
		s.replay.native[key] = kept
	}
	return func(yield func([]any, error) bool) {
		for _, row := range kept {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// nativeRegions gives the rows of the regions that the keys or the session name.
// One that fails does not sink the others.
func (s *statement) nativeRegions(t *native.Table, keys map[string]string) iter.Seq2[[]any, error] {
	regions := s.session.opts.Regions
	if named, ok := keys[table.RegionColumn]; ok {
		regions = []resource.Region{resource.Region(named)}
		if !resource.KnownRegion(regions[0]) {
			return failed(&resource.UnknownRegionError{Region: regions[0]})
		}
	}
	clients := native.Clients{
		API: s.session.opts.Client, Tagging: s.session.opts.Tagging,
		Trusting: s.trusted == t.FullName() && s.replay == nil && !s.Reads(t.FullName(), "Properties"),
	}
	switch {
	case len(regions) == 0:
		return failed(fetch.ErrNoRegion)
	case strings.HasPrefix(t.FullName(), "awscc.tagging.") && clients.Tagging == nil:
		return failed(errors.New("there is no client for the tagging API"))
	case len(regions) == 1:
		return s.nativeRegion(t, clients, regions[0], keys)
	}
	return func(yield func([]any, error) bool) {
		collected := make([][][]any, len(regions))
		var group errgroup.Group
		for i, region := range regions {
			group.Go(func() error {
				for row, err := range s.nativeRegion(t, clients, region, keys) {
					if err != nil {
						return err
					}
					collected[i] = append(collected[i], row)
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			yield(nil, err)
			return
		}
		for _, row := range slices.Concat(collected...) {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func (s *statement) nativeRegion(
	t *native.Table, clients native.Clients, region resource.Region, keys map[string]string,
) iter.Seq2[[]any, error] {
	scope := resource.Scope{Region: region}
	return func(yield func([]any, error) bool) {
		for row, err := range t.Rows(s.ctx, clients, scope, keys) {
			if err != nil {
				if err = s.fetcher.Tolerate(fetch.Problem{Table: t.FullName(), Scope: scope, Err: err}); err != nil {
					yield(nil, err)
				}
				return
			}
			if !yield(row, nil) {
				return
			}
		}
		for _, operation := range t.Operations {
			s.fetcher.Succeeded(resource.TypeName(keys["TypeName"]), operation)
		}
	}
}

func failed(err error) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) { yield(nil, err) }
}
