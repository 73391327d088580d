package fetch

import (
	"slices"

	"skyql/internal/catalog"
	"skyql/internal/pushdown"
	"skyql/internal/resource"
	"skyql/internal/table"
)

// Asked gives those of the session's regions in which a type is asked when the
// statement names none: all of them, but one in each partition for a type of a
// global service. That is its home, or where the session does not have that, the
// first: a region that nobody named may be one that nobody may call.
func Asked(name resource.TypeName, regions []resource.Region) []resource.Region {
	homes := catalog.Homes(name)
	if homes == nil {
		return regions
	}
	var asked []resource.Region
	done := map[resource.Region]bool{} // by home
	for _, region := range regions {
		home := homes.In(region)
		switch {
		case home == "":
			asked = append(asked, region)
		case done[home]:
		case slices.Contains(regions, home):
			asked, done[home] = append(asked, home), true
		default:
			asked, done[home] = append(asked, region), true
		}
	}
	return asked
}

// ComparesRegion notes that the statement does more with a region than to show
// it. It matters to global services: see mirrors.
func (f *Fetcher) ComparesRegion() {
	f.mu.Lock()
	f.compares = true
	f.mu.Unlock()
}

// mirrors reports whether the rows of a scan of a global service have to be shown
// in every region of the session. They are shown where they were asked for, unless
// the statement compares regions: as SQLite chooses which table comes first, rows
// of one region only would lose whatever they go with in the others.
func (f *Fetcher) mirrors(scan pushdown.Scan) bool {
	if scan.Regions != nil || catalog.Homes(scan.Table.Type.Name) == nil {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.compares && slices.ContainsFunc(scan.Used, func(column int) bool {
		return scan.Table.Columns[column].Origin == table.FromRegion
	})
}

// mirrored gives each row once more for each other region of the session in which
// it would have been found.
func (f *Fetcher) mirrored(scan pushdown.Scan, rows *Stream) *Stream {
	var ready []*table.Row
	return &Stream{
		next: func() (*table.Row, error) {
			if len(ready) == 0 {
				row, err := rows.Next()
				if row == nil || err != nil {
					return nil, err
				}
				ready = f.images(scan, row)
			}
			row := ready[0]
			ready = ready[1:]
			return row, nil
		},
		close: rows.close,
	}
}

// images gives a row and its copies for other regions.
func (f *Fetcher) images(scan pushdown.Scan, row *table.Row) []*table.Row {
	images := []*table.Row{row}
	if catalog.Homes(scan.Table.Type.Name).In(row.Scope.Region) == "" {
		return images // asked in each region of this partition
	}
	for _, region := range f.regions {
		if region != row.Scope.Region && resource.PartitionOf(region).Name == resource.PartitionOf(row.Scope.Region).Name {
			image := clone([]*table.Row{row})[0]
			image.Scope.Region = region
			images = append(images, image)
		}
	}
	return images
}
