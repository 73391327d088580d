package pushdown_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"skyql/internal/pushdown"
	"skyql/internal/resource"
	"skyql/internal/vtable"
)

// odd values, of which SQLite holds some equal.
func oddValues(random *rand.Rand) []any {
	values := []any{
		"", " ", "a", "A", "0", "-0", "+0", "00", "0.0", "5", "05", "5.0", "5.", "+5", " 5", "5 ", "\t5\n", "5e0", "0.5e1", "50e-1",
		"0x5", "0X5", "5a", "5_0", "50", "true", "false", "TRUE", "null", "nan", "NaN", "inf", "Inf", "-Inf", "infinity", "1e999", "9e999", "-1e999",
		"1e-999", ".5", "0.5", "-.5", "5e", "e5", "+", "-", ".", "--5", "1e1", "10", "9007199254740992", "9007199254740993", "9223372036854775807",
		"9223372036854775808", "-9223372036854775808", "0.1", "0.30000000000000004", "1e20", "100000000000000000000", "5\x00", "\u00a05", "5\u2003",
		`{"a":1}`, `[]`,
		int64(0), int64(1), int64(5), int64(-5), int64(10), int64(9007199254740993), int64(math.MaxInt64), int64(math.MinInt64),
		0.0, math.Copysign(0, -1), 1.0, 5.0, 0.5, 0.1, 0.1 + 0.2, 1e20, 9007199254740992.0, math.Inf(1), math.Inf(-1), 5e-324, math.MaxFloat64,
		true, false, json.RawMessage(`{"a":1}`), json.RawMessage(`[]`),
	}
	for range 12 {
		integer := random.Int64N(200) - 100
		float := math.Float64frombits(random.Uint64())
		if math.IsNaN(float) {
			continue
		}
		short := float64(random.IntN(2000)-1000) / []float64{1, 2, 4, 10, 100}[random.IntN(5)]
		values = append(values, integer, strconv.FormatInt(integer, 10), float, strconv.FormatFloat(float, 'g', 17, 64),
			short, strconv.FormatFloat(short, 'f', -1, 64), strconv.FormatFloat(short, 'e', -1, 64), fmt.Sprintf(" %.2f", short))
	}
	return values
}

// Values that SQLite holds equal have one key, whatever the affinities of the
// columns that they are compared in. On one side the values stand in a virtual
// table, which gives them as they are; on the other side in an ordinary one, as
// SQLite stores them.
func TestHashKeyFollowsSQLite(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	values := oddValues(rand.New(rand.NewPCG(seed, 0)))
	db, err := sqlite3.Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	kinds := []resource.Kind{resource.Text, resource.Integer, resource.Any} // others compare as one of these
	affinities := []string{"TEXT", "INTEGER", "REAL", "BLOB"}
	ours := &vtable.Static{Name: "ours", Columns: []vtable.StaticColumn{{Name: "n", Kind: resource.Integer}}}
	for i, kind := range kinds {
		ours.Columns = append(ours.Columns, vtable.StaticColumn{Name: fmt.Sprintf("c%d", i), Kind: kind})
	}
	declared := []string{}
	for i, affinity := range affinities {
		declared = append(declared, fmt.Sprintf("c%d %s", i, affinity))
	}
	ours.Rows = func(string, bool) ([][]any, error) {
		var rows [][]any
		for i, value := range values {
			if raw, ok := value.(json.RawMessage); ok {
				value = []byte(raw)
			}
			row := []any{i}
			for range kinds {
				row = append(row, value)
			}
			rows = append(rows, row)
		}
		return rows, nil
	}
	if err := vtable.RegisterStatic(db, ours, func() vtable.Host { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := db.Exec("CREATE TABLE theirs (n INTEGER, " + strings.Join(declared, ", ") + ")"); err != nil {
		t.Fatal(err)
	}
	store(t, db, values, len(affinities))
	equal := 0
	for i := range kinds {
		for other, columns := range map[string]int{"ours": len(kinds), "theirs": len(affinities)} {
			for j := range columns {
				stmt, _, err := db.Prepare(fmt.Sprintf(
					`SELECT a.n, b.n, b.c%d FROM ours a CROSS JOIN %s b WHERE a.c%d = b.c%d`, j, other, i, j))
				if err != nil {
					t.Fatal(err)
				}
				for stmt.Step() {
					equal++
					left, right := values[stmt.ColumnInt(0)], values[stmt.ColumnInt(1)]
					if other == "theirs" {
						right = stored(stmt.ColumnValue(2))
					}
					if l, r := pushdown.HashKey(left), pushdown.HashKey(right); l != r {
						t.Errorf("SQLite holds %T %#v in a %s column equal to %T %#v in %s.c%d, but their keys are %q and %q",
							left, left, kinds[i], right, right, other, j, l, r)
					}
				}
				if err := stmt.Close(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if equal < 1000 {
		t.Errorf("only %d pairs were equal", equal)
	}
}

func store(t *testing.T, db *sqlite3.Conn, values []any, columns int) {
	t.Helper()
	stmt, _, err := db.Prepare("INSERT INTO theirs VALUES (?1" + strings.Repeat(", ?2", columns) + ")")
	if err != nil {
		t.Fatal(err)
	}
	defer stmt.Close()
	for i, value := range values {
		err := stmt.BindInt(1, i)
		if raw, ok := value.(json.RawMessage); ok {
			value = string(raw)
		}
		switch v := value.(type) {
		case string:
			err = stmt.BindText(2, v)
		case int64:
			err = stmt.BindInt64(2, v)
		case float64:
			err = stmt.BindFloat(2, v)
		case bool:
			err = stmt.BindBool(2, v)
		}
		if err == nil {
			err = stmt.Exec()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func stored(v sqlite3.Value) any {
	switch v.Type() {
	case sqlite3.INTEGER:
		return v.Int64()
	case sqlite3.FLOAT:
		return v.Float()
	case sqlite3.TEXT:
		return v.Text()
	}
	return v.Blob(nil)
}
