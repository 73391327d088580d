package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"skyql/internal/catalog"
	"skyql/internal/naming"
	"skyql/internal/sqltext"
	"skyql/internal/table"
)

// legacyProvider is the provider that stack files named before there was awscc. It
// has the same tables, inputs with a prefix, and for resources with tags a view
// with a row for each tag.
const (
	legacyProvider = "aws"
	legacyPrefix   = "data__"
	legacyTags     = "_tags"
)

// legacy takes the prefix off the names in a statement on AWS's tables. Blanks take
// its place, so that all else stays where it was.
func (s *Session) legacy(text string) string {
	if !s.opts.Legacy || !strings.Contains(strings.ToLower(text), legacyPrefix) {
		return text
	}
	names, ours := []sqltext.Token{}, false
	tokens := sqltext.Tokenize(text)
	for i, token := range tokens {
		if token.Kind != sqltext.Word && token.Kind != sqltext.Quoted {
			continue
		}
		provider := strings.EqualFold(token.Name(), legacyProvider) || strings.EqualFold(token.Name(), naming.Provider)
		ours = ours || provider && i+1 < len(tokens) && tokens[i+1].Is(".")
		if len(token.Name()) > len(legacyPrefix) && strings.EqualFold(token.Name()[:len(legacyPrefix)], legacyPrefix) {
			names = append(names, token)
		}
	}
	if !ours {
		return text
	}
	b := []byte(text)
	for _, token := range names {
		quote := strings.Index(strings.ToLower(token.Text), legacyPrefix) // 0, or 1 behind a quote
		blank := strings.Repeat(" ", len(legacyPrefix))
		copy(b[token.Start:], blank+token.Text[:quote])
	}
	return string(b)
}

// resolveLegacy is resolve for the name of a table of the old provider.
func (s *Session) resolveLegacy(ctx context.Context, service, short string) (name string, found bool, err error) {
	owner, isTags := strings.CutSuffix(short, legacyTags)
	if !isTags {
		return "", false, nil
	}
	var unknown *catalog.UnknownError
	if _, _, err := s.opts.Types.Catalog().Lookup(service, short); !errors.As(err, &unknown) {
		return "", false, err // a type of that name, such as identity_pool_principal_tags
	}
	full := strings.Join([]string{legacyProvider, service, short}, ".")
	if _, known := s.tables[full]; known {
		return full, true, nil
	}
	of, _, err := s.opts.Types.Find(ctx, service, naming.Plural(owner))
	if err != nil {
		return "", false, err
	}
	base, err := s.register(of, false)
	if err != nil {
		return "", false, err
	}
	text, err := tagsView(full, s.tables[base])
	if err != nil {
		return "", false, err
	}
	if err := s.db.Exec(text); err != nil {
		return "", false, fmt.Errorf("view %s: %w", full, err)
	}
	s.tables[full] = nil
	return full, true, nil
}

// tagsView shows all columns of a resource but its tags, which have a row each.
func tagsView(name string, of *table.Table) (string, error) {
	tags := "Tags"
	if path := of.Type.Tagging.Property; len(path) == 1 {
		tags = path[0]
	}
	var columns []string
	column := ""
	for i, c := range of.Columns {
		switch {
		case len(c.Path) == 1 && c.Path[0] == tags:
			if c.Same == i {
				column = c.Name
			}
		case c.Same == i && !c.Hidden:
			columns = append(columns, "r."+table.Quote(c.Name))
		}
	}
	if column == "" {
		return "", fmt.Errorf("there is no table %s: %s has no tags", name, of.Type.Name)
	}
	return fmt.Sprintf(`CREATE TEMP VIEW %s AS SELECT %s,
		CASE tag.type WHEN 'object' THEN tag.value ->> '$.Key' ELSE tag.key END AS tag_key,
		CASE tag.type WHEN 'object' THEN tag.value ->> '$.Value' ELSE tag.value END AS tag_value
		FROM %s AS r, json_each(r.%s) AS tag`, table.Quote(name), strings.Join(columns, ", "), table.Quote(of.Name), table.Quote(column)), nil
}
