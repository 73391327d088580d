package site

import (
	"encoding/json"
	"strings"
)

// searchIndex is a script that hands over what the search looks through. It is a
// script and no document, since a page that was opened from a folder may not read
// files.
func (s *Site) searchIndex() ([]byte, error) {
	type row [4]string
	var rows []row
	for _, service := range s.services {
		for _, entry := range service.Entries {
			columns, err := s.library.Columns(entry.Type)
			if err != nil {
				return nil, err
			}
			rows = append(rows, row{entry.FullName, string(entry.Type), entry.Description, strings.Join(columns, " ")})
		}
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
