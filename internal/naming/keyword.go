package naming

import "strings"

// reserved are SQLite's keywords that cannot stand for a column without quotes.
//
// https://sqlite.org/lang_keywords.html
var reserved = func() map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(`add all alter and as autoincrement between case check collate commit constraint
		create default deferrable delete distinct drop else escape except exists foreign from group having in index
		insert intersect into is isnull join limit not nothing notnull null on or order primary references returning
		select set table then to transaction union unique update using values when where`) {
		set[word] = true
	}
	return set
}()

// Keyword reports whether SQL needs quotes around the name.
func Keyword(name string) bool { return reserved[strings.ToLower(name)] }
