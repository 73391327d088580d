package catalog

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/wholefile"
)

// BundleURL is where AWS publishes the schemas of a region's resource types.
//
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schemas.html
func BundleURL(region resource.Region) string {
	return fmt.Sprintf("https://schema.cloudformation.%s.%s/CloudformationSchema.zip",
		region, resource.PartitionOf(region).DNSSuffix)
}

// PullOptions says what to read and where to put it.
type PullOptions struct {
	From     string // a file, a folder or an http(s) address
	Path     string // of the catalog file to write
	Now      time.Time
	Progress func(stage string, done, total int64) // may be nil; called from one goroutine at a time
}

// Pull reads a schema bundle and writes a catalog file. The file is replaced in
// one step, and only by a complete one: whatever goes wrong, an old catalog
// stays as it was.
func Pull(ctx context.Context, opts PullOptions) (Info, error) {
	if opts.Progress == nil {
		opts.Progress = func(string, int64, int64) {}
	}
	documents, err := readBundle(ctx, opts)
	if err != nil {
		return Info{}, fmt.Errorf("schema bundle %s: %w", opts.From, err)
	}
	types, err := decodeAll(ctx, documents, opts.Progress)
	if err != nil {
		return Info{}, fmt.Errorf("schema bundle %s: %w", opts.From, err)
	}
	if err := wholefile.Write(opts.Path, wholefile.Public, func(w io.Writer) error { return write(w, types, opts) }); err != nil {
		return Info{}, fmt.Errorf("write catalog: %w", err)
	}
	c, err := Open(opts.Path)
	if err != nil {
		return Info{}, err
	}
	defer c.Close()
	return c.Info(), nil
}

// decodeAll proves that every document is a schema, that each type comes once,
// and that no name is taken twice.
func decodeAll(ctx context.Context, documents []document, progress func(string, int64, int64)) (
	[]*schema.ResourceType, error,
) {
	if len(documents) == 0 {
		return nil, errors.New("there is no resource-type schema in it")
	}
	types := make([]*schema.ResourceType, len(documents))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, doc := range documents {
		group.Go(func() error {
			t, err := schema.Parse(doc.text)
			if err != nil {
				return fmt.Errorf("%s: %w", doc.name, err)
			}
			types[i] = t
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	progress("decode", int64(len(types)), int64(len(types)))
	slices.SortFunc(types, func(a, b *schema.ResourceType) int { return strings.Compare(string(a.Name), string(b.Name)) })
	for i := 1; i < len(types); i++ {
		if types[i].Name == types[i-1].Name {
			return nil, fmt.Errorf("%s is in it twice", types[i].Name)
		}
	}
	return types, nil
}

func write(w io.Writer, types []*schema.ResourceType, opts PullOptions) error {
	archive := zip.NewWriter(w)
	archive.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.DefaultCompression)
	})
	idx := index{Format: formatVersion, Source: opts.From, PulledAt: opts.Now.UTC().Truncate(time.Second)}
	for i, t := range types {
		entry, err := archive.Create(entryName(t.Name))
		if err != nil {
			return err
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, t.Source); err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
		if _, err := entry.Write(compact.Bytes()); err != nil {
			return err
		}
		idx.Summaries = append(idx.Summaries, summarize(t))
		opts.Progress("write", int64(i+1), int64(len(types)))
	}
	entry, err := archive.Create(indexEntry)
	if err != nil {
		return err
	}
	return errors.Join(json.NewEncoder(entry).Encode(idx), archive.Close())
}
