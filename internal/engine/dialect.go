package engine

import "regexp"

// dialects are the words of other databases and tools that SQLite does not know, by
// its message, and how it is written here.
var dialects = []struct {
	message *regexp.Regexp
	source  *regexp.Regexp // what the statement has to be like, too; nil for anything
	hint    string
}{
	{regexp.MustCompile(`^unrecognized token: ":"`), regexp.MustCompile(`::`), "x::type is written CAST(x AS type)"},
	{regexp.MustCompile(`(?i)^near "ilike"`), nil, "LIKE does not tell upper and lower case apart"},
	{regexp.MustCompile(`(?i)^near "similar"`), nil, "patterns are written x REGEXP 'pattern'"},
	{regexp.MustCompile(`^near "~"`), nil, "patterns are written x REGEXP 'pattern'"},
	{regexp.MustCompile(`(?i)^near "interval"`), nil, "times are added as in datetime('now', '-7 days')"},
	{regexp.MustCompile(`(?i)^no such function: (now|current_timestamp|getdate)$`), nil, "it is written datetime('now')"},
	{regexp.MustCompile(`(?i)^no such function: (date_part|extract|to_char|date_trunc)$`), nil, "parts of times are written strftime('%Y', x)"},
	{regexp.MustCompile(`(?i)^no such (function|table): (jsonb?_array_elements(_text)?|jsonb?_each(_text)?|unnest)$`), nil,
		"elements come from FROM …, json_each(x), with the columns key and value"},
	{regexp.MustCompile(`(?i)^no such function: (jsonb?_extract_path(_text)?|json_extract_scalar|json_value)$`), nil, "it is written json_extract(x, '$.a.b'), or x ->> 'a'"},
	{regexp.MustCompile(`(?i)^no such function: (array_agg|json_agg|jsonb_agg)$`), nil, "it is written json_group_array(x)"},
	{regexp.MustCompile(`(?i)^no such function: (array_length|jsonb_array_length|cardinality)$`), nil, "it is written json_array_length(x)"},
	{regexp.MustCompile(`(?i)^near "or": syntax error`), regexp.MustCompile(`(?i)^\s*create\s+or\s+replace\s.*view`), "a view is replaced by DROP VIEW IF EXISTS and CREATE VIEW"},
	{regexp.MustCompile(`(?i)^near "(registry|use|auth)"`), regexp.MustCompile(`(?i)^\s*(registry|use|auth)\s`), "there is nothing to pull, to choose or to log in to: tables are awscc.<service>.<resource>, credentials come from the usual places"},
}

// dialectHint tells how what SQLite does not know is written here, "" if it is
// nothing known.
func dialectHint(message, source string) string {
	for _, d := range dialects {
		if d.message.MatchString(message) && (d.source == nil || d.source.MatchString(source)) {
			return d.hint
		}
	}
	return ""
}
