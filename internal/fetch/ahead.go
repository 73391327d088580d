package fetch

import (
	"context"

	"skyql/internal/pushdown"
	"skyql/internal/table"
)

// ahead lists places for a lazy scan, a group at a time, each group twice as
// large as the one before. So a LIMIT that the first place fills makes no call
// for the others, and with one that they do not fill they do not wait for each
// other.
type ahead struct {
	f      *Fetcher
	scan   pushdown.Scan
	size   int // of the next group
	places []place
	emit   func([]*table.Row) error
}

func (a *ahead) add(ctx context.Context, p place) error {
	if a.places = append(a.places, p); len(a.places) < a.size {
		return nil
	}
	return a.list(ctx)
}

// list gives the rows of the places that were added. They are read when they are
// wanted.
func (a *ahead) list(ctx context.Context) error {
	places := a.places
	a.places, a.size = nil, min(2*a.size, a.f.opts.Concurrency)
	switch len(places) {
	case 0:
		return nil
	case 1:
		return a.f.walk(ctx, a.scan, places[0], a.emit)
	}
	scan := a.scan
	scan.Used = nil
	stream := merged(ctx, heldAhead, func(ctx context.Context, m *merger) error {
		lanes := m.branch()
		defer lanes.close()
		_, ended := a.f.sideBySide(ctx, scan, lanes, func(_ context.Context, walk func(place) error) error {
			for _, p := range places {
				if err := walk(p); err != nil {
					return err
				}
			}
			return nil
		})
		return ended
	})
	defer stream.Close()
	for {
		row, err := stream.Next()
		if row == nil || err != nil {
			return err
		}
		if err := a.emit([]*table.Row{row}); err != nil {
			return err
		}
	}
}
