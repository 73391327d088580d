package engine_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/engine"
	"skyql/internal/engine/enginetest"
	"skyql/internal/resource"
)

// randomSeeds names a number of seeds to try beside the usual ones:
// SKYQL_TEST_RANDOM=1000 go test -run Random ./internal/engine
const randomSeeds = "SKYQL_TEST_RANDOM"

// Random queries over random resources give the rows that SQLite gives for
// ordinary tables of the same content.
func TestRandomQueries(t *testing.T) {
	t.Parallel()
	worlds, base := 6, rand.Uint64()
	if more, err := strconv.Atoi(os.Getenv(randomSeeds)); err == nil {
		worlds = more
	}
	for i := range worlds {
		seed := base + uint64(i)
		if i < 3 {
			seed = uint64(i) // always the same ones, too
		}
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			g := &generator{Rand: rand.New(rand.NewPCG(seed, 0))}
			w := g.world(t)
			for range 50 {
				query, order := g.query()
				want, err := w.Try(t.Context(), local.Replace(query))
				if err != nil {
					t.Fatalf("SQLite refuses it: %v\n%s", err, query)
				}
				got, err := w.Try(t.Context(), remote.Replace(query))
				var region *resource.UnknownRegionError
				var identifier *engine.IdentifierError
				switch {
				case errors.As(err, &region), errors.As(err, &identifier):
					continue // a slip of the pen, most likely: refused on purpose
				case err != nil:
					t.Errorf("%v\n%s", err, query)
					continue
				}
				if diff := cmp.Diff(comparable(order, want), comparable(order, got)); diff != "" {
					t.Errorf("%s\n(-SQLite +skyql):\n%s", query, diff)
				}
				if problems := w.Problems(); len(problems) > 0 {
					t.Errorf("%s\nproblems: %v", query, problems)
				}
				if order == "" {
					limited(t, w, query, g.IntN(12), got)
				}
			}
		})
	}
}

// limited checks that a LIMIT gives so many of the rows, whichever they are.
func limited(t *testing.T, w *enginetest.World, query string, n int, all [][]any) {
	t.Helper()
	query = remote.Replace(query) + fmt.Sprintf(" LIMIT %d", n)
	rows, err := w.Try(t.Context(), query)
	if err != nil || len(rows) != min(n, len(all)) {
		t.Errorf("%s\ngives %d rows of %d, %v", query, len(rows), len(all), err)
	}
	left := map[string]int{}
	for _, row := range all {
		left[fmt.Sprint(row)]++
	}
	for _, row := range rows {
		if text := fmt.Sprint(row); left[text] == 0 {
			t.Errorf("%s\ngives %s, which is none of the rows, or too often", query, text)
		} else {
			left[text]--
		}
	}
}

// generator makes queries and the resources that they ask for.
type generator struct {
	*rand.Rand
	aliases int
}

// one picks any of them.
func one[T any](g *generator, list ...T) T { return list[g.IntN(len(list))] }

// often is true n times in 10.
func (g *generator) often(n int) bool { return g.IntN(10) < n }

// The regions that have resources.
var randomRegions = []resource.Region{"us-east-1", "eu-west-1", "ap-south-1"}

// names are values of which many resources share one, and that are hard to tell
// apart for somebody who does not know SQL's rules.
var names = []string{"a", "A", "b", "1", "01", "1.0", "5", " 5", "x-1", "10", "é", "null", "[1]"}

// world makes up to some twenty resources of each type.
func (g *generator) world(t *testing.T) *enginetest.World {
	t.Helper()
	w := enginetest.New(t, enginetest.Options{Regions: randomRegions, PageSize: 1 + g.IntN(5)})
	optional := func(format string, args ...any) string {
		if g.often(3) {
			return ""
		}
		return fmt.Sprintf(", "+format, args...)
	}
	for r, region := range randomRegions[:1+g.IntN(3)] {
		for i := range g.IntN(6) {
			pool := fmt.Sprintf("pool%d%d", r, i)
			w.Put(t, region, "AWS::Cognito::UserPool", fmt.Sprintf(`{"UserPoolId": %q%s%s}`, pool,
				optional(`"UserPoolName": %q`, one(g, names...)), optional(`"MfaConfiguration": %q`, one(g, "ON", "OFF", "OPTIONAL"))))
			for j := range g.IntN(5) {
				w.Put(t, region, "AWS::Cognito::UserPoolClient", fmt.Sprintf(`{"UserPoolId": %q, "ClientId": "%d%d"%s%s%s%s}`, pool, i, j,
					optional(`"ClientName": %q`, one(g, names...)), optional(`"GenerateSecret": %v`, g.often(5)),
					optional(`"AccessTokenValidity": %d`, 1+g.IntN(11)), optional(`"CallbackURLs": [%q]`, one(g, names...))))
			}
		}
		for i := range g.IntN(8) {
			name := fmt.Sprintf("%s%d", one(g, "b", "b-", "0", "x-"), i+1)
			w.Put(t, region, "AWS::S3::Bucket", fmt.Sprintf(`{"BucketName": %q%s%s}`, name,
				optional(`"AccessControl": %q`, one(g, "Private", "PublicRead")),
				optional(`"Tags": [{"Key": "N", "Value": %q}]`, one(g, names...))))
		}
	}
	for _, name := range []string{"{pools}", "{clients}", "{buckets}", "{names}"} {
		w.Rows(t, fmt.Sprintf(`CREATE TEMP TABLE %s AS SELECT * FROM %s`, local.Replace(name), remote.Replace(name)))
	}
	return w
}

// relation is a table or subquery of a FROM clause.
type relation struct {
	alias   string
	columns []string
}

func (r relation) column(g *generator) string { return r.alias + "." + one(g, r.columns...) }

var tables = map[string][]string{
	"{pools}":   {"user_pool_id", "user_pool_name", "mfa_configuration", "region", "Identifier"},
	"{clients}": {"user_pool_id", "client_id", "client_name", "generate_secret", "access_token_validity", "callback_urls", "region", "Identifier"},
	"{buckets}": {"bucket_name", "access_control", "tags", "region", "Identifier"},
	"{names}":   {"bucket_name", "region"},
}

// query makes a statement, and gives the end of it that orders the rows.
func (g *generator) query() (text, order string) {
	g.aliases = 0
	switch g.IntN(13) {
	case 0:
		width := 1 + g.IntN(2)
		order = g.ordered(width)
		return g.selection(2, width, nil) + " " + one(g, "UNION", "UNION ALL", "INTERSECT", "EXCEPT") + " " + g.selection(2, width, nil) + order, order
	case 1:
		inner := g.alias("c")
		from, relations := g.from(1, nil)
		c := relation{inner, []string{"x0", "x1"}}
		on := g.predicate(1, append(relations, c))
		return fmt.Sprintf("WITH %s(x0, x1) AS %s(%s) SELECT %s FROM %s %s %s ON %s", inner, one(g, "", "MATERIALIZED ", "NOT MATERIALIZED "),
			g.selection(1, 2, nil), c.alias+".x0, "+relations[0].column(g), from, one(g, "JOIN", "LEFT JOIN", "FULL JOIN"), inner, on), ""
	case 2:
		return fmt.Sprintf("WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i, (%s) FROM n",
			g.IntN(6), g.scalar(1, []relation{{"n", []string{"i"}}})), ""
	case 3:
		return g.top()
	}
	width := 1 + g.IntN(3)
	if g.often(5) {
		order = g.ordered(width)
	}
	return g.selection(2, width, nil) + order, order
}

// top makes a query for the first rows of a table by what identifies them, or one
// in which they are joined with others.
func (g *generator) top() (text, order string) {
	name := one(g, "{pools}", "{clients}", "{buckets}")
	by := one(g, []string{"region", "Identifier"}, map[string][]string{
		"{pools}": {"region", "user_pool_id"}, "{clients}": {"client_id", "region", "user_pool_id"}, "{buckets}": {"bucket_name", "region"},
	}[name])
	var terms []string
	for _, column := range by {
		terms = append(terms, column+one(g, "", " DESC"))
	}
	g.Shuffle(len(terms), func(i, j int) { terms[i], terms[j] = terms[j], terms[i] })
	order = fmt.Sprintf(" ORDER BY %s LIMIT %d OFFSET %d", strings.Join(terms, ", "), g.IntN(8), g.IntN(3))
	columns := one(g, tables[name]...) + " AS x0, " + one(g, tables[name]...) + " AS x1"
	where := one(g, "", " WHERE region = 'us-east-1'", " WHERE region IN ('us-east-1', 'eu-west-1')", " WHERE x0 IS NOT NULL")
	text = "SELECT " + columns + " FROM " + name + where + order
	if g.often(6) {
		return text, order
	}
	other, joined := g.relation(0)
	top := relation{g.alias("t"), []string{"x0", "x1"}}
	return fmt.Sprintf("SELECT %s.x0, %s FROM (%s) %s %s %s ON %s", top.alias, joined.column(g), text, top.alias,
		one(g, "JOIN", "LEFT JOIN"), other, g.predicate(0, []relation{top, joined})), ""
}

// ordered sorts by all columns, so that a LIMIT leaves no choice.
func (g *generator) ordered(width int) string {
	var columns []string
	for i := range width {
		columns = append(columns, strconv.Itoa(i+1)+one(g, "", " DESC"))
	}
	g.Shuffle(width, func(i, j int) { columns[i], columns[j] = columns[j], columns[i] })
	text := " ORDER BY " + strings.Join(columns, ", ")
	if g.often(7) {
		text += fmt.Sprintf(" LIMIT %d", g.IntN(8))
		if g.often(5) {
			text += fmt.Sprintf(" OFFSET %d", g.IntN(4))
		}
	}
	return text
}

func (g *generator) alias(prefix string) string {
	g.aliases++
	return prefix + strconv.Itoa(g.aliases)
}

// selection makes a SELECT of so many columns. Subqueries go down to a depth;
// outer are the relations around it.
func (g *generator) selection(depth, width int, outer []relation) string {
	from, relations := g.from(depth, outer)
	all := append(append([]relation{}, relations...), outer...)
	grouped := g.often(2)
	var columns, groups []string
	for i := range width {
		switch column := one(g, relations...).column(g); {
		case grouped && i == 0 && width > 1:
			columns, groups = append(columns, column), append(groups, column)
		case grouped:
			columns = append(columns, one(g, "count(*)", "count(", "min(", "max(", "count(DISTINCT ", "sum(length("))
			if last := &columns[i]; *last != "count(*)" {
				*last += column + strings.Repeat(")", strings.Count(*last, "("))
			}
		case depth > 0 && g.often(1):
			columns = append(columns, "("+g.scalar(depth-1, all)+")")
		default:
			columns = append(columns, column)
		}
	}
	query := "SELECT "
	if g.often(2) {
		query += "DISTINCT "
	}
	query += strings.Join(columns, ", ") + " FROM " + from
	if g.often(8) {
		query += " WHERE " + g.predicate(depth, all)
	}
	if len(groups) > 0 {
		query += " GROUP BY " + strings.Join(groups, ", ")
		if g.often(3) {
			query += " HAVING count(*) > " + strconv.Itoa(g.IntN(3))
		}
	}
	return query
}

// scalar makes a query of one value.
func (g *generator) scalar(depth int, outer []relation) string {
	from, relations := g.from(0, outer)
	column := relations[0].column(g)
	if g.often(5) {
		return fmt.Sprintf("SELECT %s(%s) FROM %s WHERE %s", one(g, "count", "min", "max"), column, from, g.predicate(depth, append(relations, outer...)))
	}
	return fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY 1 LIMIT 1", column, from, g.predicate(depth, append(relations, outer...)))
}

// from makes a FROM clause.
func (g *generator) from(depth int, outer []relation) (string, []relation) {
	text, first := g.relation(depth)
	relations := []relation{first}
	for range one(g, 0, 0, 1, 1, 2) * min(depth, 1) {
		other, next := g.relation(depth - 1)
		all := append(append([]relation{next}, relations...), outer...)
		switch g.IntN(6) {
		case 0:
			text += " CROSS JOIN " + other
		case 1:
			text += one(g, " JOIN ", " LEFT JOIN ", " RIGHT JOIN ", " FULL JOIN ") + other + " ON " + g.predicate(0, all[:1+len(relations)])
		default:
			text += one(g, " JOIN ", " LEFT JOIN ", " LEFT JOIN ", " RIGHT JOIN ", " FULL JOIN ") + other + " ON " + g.match(next, one(g, relations...))
			if g.often(3) {
				text += " AND " + g.predicate(0, all[:1+len(relations)])
			}
		}
		relations = append(relations, next)
	}
	return text, relations
}

func (g *generator) relation(depth int) (string, relation) {
	if depth > 0 && g.often(1) {
		r := relation{g.alias("s"), []string{"y0", "y1"}}
		inner := g.selection(depth-1, 2, nil)
		return fmt.Sprintf("(SELECT NULL AS y0, NULL AS y1 WHERE 0 UNION ALL %s) %s", inner, r.alias), r
	}
	name := one(g, "{pools}", "{clients}", "{clients}", "{buckets}", "{names}")
	r := relation{g.alias("t"), tables[name]}
	return name + " " + r.alias, r
}

// match compares columns of the same name, if there are any.
func (g *generator) match(a, b relation) string {
	var terms []string
	for _, column := range a.columns {
		for _, other := range b.columns {
			if column == other && g.often(6) {
				terms = append(terms, fmt.Sprintf("%s.%s = %s.%s", a.alias, column, b.alias, other))
			}
		}
	}
	if len(terms) == 0 {
		return g.equality([]relation{a, b})
	}
	return strings.Join(terms, " AND ")
}

// equality compares any two columns, numbers with text more often than by chance.
// Regions are not compared with others: text that looks like a region, but is
// none, is refused.
func (g *generator) equality(relations []relation) string {
	var numbers, texts []string
	for _, r := range relations {
		for _, column := range r.columns {
			switch column {
			case "access_token_validity":
				numbers = append(numbers, r.alias+"."+column)
			case "bucket_name", "Identifier", "client_id", "client_name", "user_pool_name":
				texts = append(texts, r.alias+"."+column)
			}
		}
	}
	if len(numbers) > 0 && len(texts) > 0 && g.often(5) {
		return one(g, texts...) + " = " + one(g, numbers...)
	}
	for {
		a, b := one(g, relations...).column(g), one(g, relations...).column(g)
		if strings.HasSuffix(a, ".region") == strings.HasSuffix(b, ".region") {
			return a + " = " + b
		}
	}
}

// predicate makes a condition on the relations.
func (g *generator) predicate(depth int, relations []relation) string {
	column := one(g, relations...).column(g)
	region := strings.HasSuffix(column, ".region")
	literal := func() string { return g.literal(column) }
	switch g.IntN(16) {
	case 0:
		return fmt.Sprintf("(%s AND %s)", g.predicate(depth, relations), g.predicate(depth, relations))
	case 1:
		return fmt.Sprintf("(%s OR %s)", g.predicate(depth, relations), g.predicate(depth, relations))
	case 2:
		return fmt.Sprintf("NOT (%s)", g.predicate(depth, relations))
	case 3:
		return fmt.Sprintf("%s IS %sNULL", column, one(g, "", "NOT "))
	case 4:
		return fmt.Sprintf("%s LIKE '%s'", column, one(g, "%1%", "a", "b%", "%", "_"))
	case 5:
		return fmt.Sprintf("%s %s %s", column, one(g, "<", "<=", ">", "<>", "IS", "IS NOT"), literal())
	case 6:
		return fmt.Sprintf("%s %sIN (%s, %s, %s)", column, one(g, "", "", "NOT "), literal(), literal(), literal())
	case 7:
		return fmt.Sprintf("%s BETWEEN %s AND %s", column, literal(), literal())
	case 8:
		return g.equality(relations)
	case 9, 10:
		if depth > 0 {
			from, inner := g.from(0, relations)
			return fmt.Sprintf("%sEXISTS (SELECT 1 FROM %s WHERE %s AND %s)", one(g, "", "NOT "), from,
				g.match(inner[0], one(g, relations...)), g.predicate(depth-1, append(inner, relations...)))
		}
	case 11:
		if depth > 0 && !region {
			return fmt.Sprintf("%s %sIN (%s)", column, one(g, "", "NOT "), g.selection(depth-1, 1, relations))
		}
	case 12:
		if depth > 0 && !region {
			return fmt.Sprintf("%s %s (%s)", column, one(g, "=", "<"), g.scalar(depth-1, relations))
		}
	case 13:
		return fmt.Sprintf("%s = %s COLLATE NOCASE", column, literal())
	}
	return column + " = " + literal()
}

// literal makes a value that the column may have. Regions and identifiers that
// cannot be are refused, so they are not made.
func (g *generator) literal(column string) string {
	_, name, _ := strings.Cut(column, ".")
	quoted := func(text string) string { return "'" + text + "'" }
	switch name {
	case "region":
		return quoted(string(one(g, randomRegions...)))
	case "Identifier":
		return quoted(one(g, "pool00", "pool01", "b1", "x-2", "03") + one(g, "", "|00", "|11") + "|x")
	case "user_pool_id":
		return quoted(fmt.Sprintf("pool%d%d", g.IntN(3), g.IntN(6)))
	case "client_id":
		return one(g, quoted(fmt.Sprintf("%d%d", g.IntN(6), g.IntN(5))), strconv.Itoa(g.IntN(55)))
	case "bucket_name":
		return one(g, quoted(one(g, "b", "b-", "0", "x-")+strconv.Itoa(g.IntN(8))), strconv.Itoa(g.IntN(8)))
	case "generate_secret":
		return one(g, "0", "1", "'1'", "TRUE", "2")
	case "access_token_validity":
		return one(g, strconv.Itoa(g.IntN(12)), quoted(strconv.Itoa(g.IntN(12))), fmt.Sprintf("%d.0", g.IntN(12)), "' 5'", "5.5")
	case "mfa_configuration":
		return quoted(one(g, "ON", "on", "OFF"))
	case "access_control":
		return quoted(one(g, "Private", "PUBLICREAD"))
	}
	return one(g, quoted(one(g, names...)), quoted(one(g, names...)), strconv.Itoa(g.IntN(12)), "NULL")
}
