package site

import (
	"encoding/json"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"skyql/internal/docgen"
)

// searchIndex is a script that hands over what the search looks through. It is a
// script and no document, since a page that was opened from a folder may not read
// files.
func (s *Site) searchIndex() ([]byte, error) {
	var entries []docgen.Entry
	for _, service := range s.services {
		entries = append(entries, service.Entries...)
	}
	rows := make([][4]string, len(entries))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, entry := range entries {
		group.Go(func() error {
			columns, err := s.library.Columns(entry.Type)
			rows[i] = [4]string{entry.FullName, string(entry.Type), entry.Description, strings.Join(columns, " ")}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	// encoding/json also escapes what could end a script.
	encoded, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	return []byte("window.skyqlTables = " + string(encoded) + `.map(function (row) {
  var parts = row[0].split(".");
  return {
    name: row[0], service: parts[1], table: parts[2], type: row[1].toLowerCase(), about: row[2].toLowerCase(),
    columns: row[3] ? row[3].split(" ") : []
  };
});
`), nil
}
