package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"skyql/internal/catalog"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

var handlerOf = map[string]schema.HandlerName{
	"CreateResource": schema.Create, "GetResource": schema.Read, "UpdateResource": schema.Update,
	"DeleteResource": schema.Delete, "ListResources": schema.List,
	// As progress events call them.
	"CREATE": schema.Create, "UPDATE": schema.Update, "DELETE": schema.Delete,
}

// types is the catalog of a session. When a statement names what the starter
// catalog lacks, it pulls AWS's.
type types struct {
	app     *app
	current *catalog.Catalog
	opts    *connectOptions
	region  []resource.Region
	pulled  bool // a pull was tried
	// changed, if set, hears of a catalog that takes the place of another.
	changed func(*catalog.Catalog)
}

// openTypes opens the catalog that the options name, else the pulled one, else
// the starter catalog.
func openTypes(a *app, o *connectOptions) (*types, error) {
	t := &types{app: a, opts: o, current: catalog.Starter()}
	if o.starter {
		return t, nil
	}
	path := o.catalog
	if path == "" {
		var err error
		if path, err = catalog.DefaultPath(); err != nil {
			return t, nil // no cache folder: nothing can have been pulled
		}
	}
	opened, err := catalog.Open(path)
	switch {
	case err == nil:
		t.current = opened
	case errors.Is(err, fs.ErrNotExist) && o.catalog == "":
	case o.catalog == "":
		return nil, fmt.Errorf("%w; pull it again with `skyql catalog pull`", err)
	default:
		return nil, err
	}
	return t, nil
}

func (t *types) close() {
	if !t.current.Starter() {
		_ = t.current.Close() // it was only read
	}
}

// Catalog gives the catalog in use.
func (t *types) Catalog() *catalog.Catalog { return t.current }

// Find looks a table up. What the starter catalog does not have is looked for in
// AWS's bundle, once in a session.
func (t *types) Find(ctx context.Context, service, table string) (resource.TypeName, bool, error) {
	name, listOnly, err := t.current.Lookup(service, table)
	if err == nil || !t.current.Starter() || t.opts.offline || t.opts.catalog != "" || t.pulled {
		return name, listOnly, err
	}
	t.pulled = true
	if failed := t.pull(ctx); failed != nil {
		if ctx.Err() != nil {
			return "", false, ctx.Err()
		}
		t.app.note("note: AWS's resource types could not be fetched: %v", innermost(failed))
		return "", false, err
	}
	return t.current.Lookup(service, table)
}

// pullPatience bounds a pull that nobody asked for by name.
const pullPatience = 30 * time.Second

func (t *types) pull(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pullPatience)
	defer cancel()
	path, err := catalog.DefaultPath()
	if err != nil {
		return err
	}
	region := resource.Region("us-east-1") // has the most types of its partition
	if len(t.region) > 0 && resource.PartitionOf(t.region[0]).Name != "aws" {
		region = t.region[0]
	}
	info, err := t.app.pullCatalog(ctx, bundleURL(region), path)
	if err != nil {
		return err
	}
	t.app.note("fetched %d resource types from AWS into %s", info.Types, path)
	opened, err := catalog.Open(path)
	if err != nil {
		return err
	}
	t.current = opened
	if t.changed != nil {
		t.changed(opened)
	}
	return nil
}

// innermost gives the last error of a chain: the reason without the way to it.
func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
