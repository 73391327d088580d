package vtable_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ncruces/go-sqlite3"

	"skyql/internal/pushdown"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/table"
	"skyql/internal/vtable"
)

// host is a statement that answers every scan with the same rows, and notes what
// it is asked.
type host struct {
	rows    []*table.Row
	fails   error // of Rows, or of Next once the rows are at an end
	late    bool  // fails in Next
	refuses string
	reads   map[string]bool

	scans  []pushdown.Scan
	checks []string
	asked  []string // columns that Reads was asked about
	kept   []error
	open   int // rows that are not closed
	closed int
}

func (h *host) Reads(_, column string) bool {
	h.asked = append(h.asked, column)
	return h.reads[column]
}

func (h *host) Check(t *table.Table, column int, value any) error {
	h.checks = append(h.checks, fmt.Sprintf("%s=%v", t.Columns[column].Name, value))
	if h.refuses != "" && value == h.refuses {
		return h.Keep(errors.New("refused"))
	}
	return nil
}

func (h *host) Rows(scan pushdown.Scan) (vtable.Rows, error) {
	h.scans = append(h.scans, scan)
	if h.fails != nil && !h.late {
		return nil, h.fails
	}
	h.open++
	return &rows{h, slices.Clone(h.rows)}, nil
}

func (h *host) RowID(row *table.Row) int64 { return int64(slices.Index(h.rows, row) + 1) }

func (h *host) Keep(err error) error {
	h.kept = append(h.kept, err)
	return err
}

type rows struct {
	host *host
	left []*table.Row
}

func (r *rows) Next() (*table.Row, error) {
	if len(r.left) == 0 {
		return nil, r.host.fails
	}
	row := r.left[0]
	r.left = r.left[1:]
	return row, nil
}

func (r *rows) Close() {
	r.host.open--
	r.host.closed++
}

const thing = `{"typeName": "AWS::Test::Thing", "primaryIdentifier": ["/properties/Id"],
	"properties": {"Id": {"type": "string"}, "Name": {"type": "string"}, "Size": {"type": "integer"}, "Ratio": {"type": "number"},
		"On": {"type": "boolean"}, "Tags": {"type": "array"}},
	"handlers": {"read": {"permissions": ["test:Get"]}, "list": {"permissions": ["test:List"]}}}`

func shape(t testing.TB, text string) *table.Table {
	t.Helper()
	parsed, err := schema.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return table.New(parsed)
}

func thingRow(model string, args ...any) *table.Row {
	model = fmt.Sprintf(strings.ReplaceAll(model, `'`, `"`), args...)
	var parsed struct{ Id string }
	if err := json.Unmarshal([]byte(model), &parsed); err != nil {
		panic(err)
	}
	return &table.Row{Scope: resource.Scope{Region: "us-east-1"}, Identifier: parsed.Id, Model: json.RawMessage(model), Complete: true}
}

// connect opens a database that knows the tables.
func connect(t testing.TB, h *host, tables ...*table.Table) *sqlite3.Conn {
	t.Helper()
	db, err := sqlite3.Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, known := range tables {
		if err := vtable.Register(db, known, func() vtable.Host { return h }); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// run gives the rows of a statement as text.
func run(db *sqlite3.Conn, sql string) ([]string, error) {
	stmt, _, err := db.Prepare(sql)
	if err != nil {
		return nil, err
	}
	lines := []string{}
	for stmt.Step() {
		var values []string
		for i := range stmt.ColumnCount() {
			text := stmt.ColumnText(i)
			if stmt.ColumnType(i) == sqlite3.NULL {
				text = "NULL"
			}
			values = append(values, text)
		}
		lines = append(lines, strings.Join(values, " "))
	}
	return lines, errors.Join(stmt.Err(), stmt.Close())
}

// short writes a scan: the handler, the columns used, and the values.
func short(s pushdown.Scan) string {
	var used []string
	for _, column := range s.Used {
		used = append(used, s.Table.Columns[column].Name)
	}
	text := fmt.Sprintf("%s [%s]", s.Handler, strings.Join(used, " "))
	if s.Empty {
		text += " empty"
	}
	for _, part := range []struct {
		name  string
		value any
		set   bool
	}{
		{"regions", s.Regions, s.Regions != nil}, {"accounts", s.Accounts, s.Accounts != nil},
		{"identifiers", s.Identifiers, s.Identifiers != nil}, {"limit", s.Limit, s.Limit >= 0},
	} {
		if part.set {
			text += fmt.Sprintf(" %s=%v", part.name, part.value)
		}
	}
	var matches []string
	for column, values := range s.Matches {
		matches = append(matches, fmt.Sprintf(" %s=%#v", s.Table.Columns[column].Name, values))
	}
	slices.Sort(matches)
	return text + strings.Join(matches, "")
}

func TestScans(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, sql string
		rows      []string
		scans     []string
	}{
		{"all columns", `SELECT * FROM %s`, []string{"us-east-1 a a one 1 0.5 1 [1]", "us-east-1 b b two 2 NULL 0 NULL"},
			[]string{"list [region Identifier id name size ratio on tags]"}},
		{"no column", `SELECT count(*) FROM %s`, []string{"2"}, []string{"list []"}},
		{"a hidden column", `SELECT account_id FROM %s`, []string{"", ""}, []string{"list [account_id]"}},
		{"another name of a column", `SELECT _on FROM %s WHERE _on`, []string{"1"}, []string{"list [on]"}},
		{"equality", `SELECT id FROM %s WHERE name = 'two'`, []string{"b"}, []string{`list [id name] name=[]interface {}{"two"}`}},
		{"equality with a number", `SELECT id FROM %s WHERE size = 2.0`, []string{"b"}, []string{`list [id size] size=[]interface {}{2}`}},
		{"equality with a blob", `SELECT id FROM %s WHERE name = x'32'`, []string{}, []string{`list [id name] name=[]interface {}{[]uint8{0x32}}`}},
		{"list of values", `SELECT id FROM %s WHERE size IN (2, 7, NULL)`, []string{"b"}, []string{`list [id size] size=[]interface {}{2, 7}`}},
		{"two lists of values", `SELECT id FROM %s WHERE size IN (1, 2) AND name IN ('one', 'three')`, []string{"a"},
			[]string{`list [id name size] name=[]interface {}{"one", "three"} size=[]interface {}{1, 2}`}},
		{"values of a query", `SELECT id FROM %s WHERE name IN (SELECT 'one' UNION SELECT 'none')`, []string{"a"},
			[]string{`list [id name] name=[]interface {}{"none", "one"}`}},
		{"identifiers", `SELECT name FROM %s WHERE identifier IN ('a', 'b', 'a')`, []string{"one", "two"},
			[]string{"get [Identifier name] identifiers=[a b]"}},
		{"a tuple", `SELECT name FROM %s WHERE (id, region) = ('a', 'us-east-1')`, []string{"one"},
			[]string{"get [region id name] regions=[us-east-1] identifiers=[a]"}},
		{"a region", `SELECT id FROM %s WHERE region = 'us-east-1' AND region = 'us-east-1'`, []string{"a", "b"},
			[]string{"list [region id] regions=[us-east-1]"}},
		{"NULL", `SELECT id FROM %s WHERE name = NULL`, []string{}, []string{"list [id name] empty"}},
		{"the value NULL", `SELECT id FROM %s, (SELECT NULL AS x) WHERE name = x || 'a'`, []string{}, []string{"list [id name] empty"}},
		{"not taken", `SELECT id FROM %s WHERE name LIKE 'o%%' AND size > 0 AND on_off IS NOT 5`, nil, nil},
		{"other operators", `SELECT id FROM %s WHERE name LIKE 'o%%' AND size > 0 AND ratio IS NOT 5`, []string{"a"}, []string{"list [id name size ratio]"}},
		{"IS is no equality", `SELECT id FROM %s WHERE ratio IS NULL`, []string{"b"}, []string{"list [id ratio]"}},
		{"a collation", `SELECT id FROM %s WHERE name = 'TWO' COLLATE NOCASE`, []string{"b"}, []string{"list [id name]"}},
		{"collations in lists", `SELECT id FROM %s WHERE name COLLATE NOCASE IN ('TWO', 'x')`, []string{"b"}, []string{"list [id name]"}},
		{"the row's number", `SELECT id FROM %s WHERE rowid = 2`, []string{"b"}, []string{"list [id]"}},
		{"either of two", `SELECT id FROM %s WHERE identifier = 'a' OR id = 'b'`, []string{"a", "b"}, []string{
			"get [Identifier id] identifiers=[a]", "get [Identifier id] identifiers=[b]"}},
		{"limit", `SELECT id FROM %s LIMIT 1`, []string{"a"}, []string{"list [id] limit=1"}},
		{"limit and offset", `SELECT id FROM %s LIMIT 1 OFFSET 1`, []string{"b"}, []string{"list [id] limit=2"}},
		{"limit of what is sorted", `SELECT id FROM %s ORDER BY id DESC LIMIT 1`, []string{"b"}, []string{"list [id]"}},
		{"limit with a term that is not taken", `SELECT id FROM %s WHERE name LIKE 't%%' LIMIT 1`, []string{"b"}, []string{"list [id name]"}},
		{"limit 0", `SELECT id FROM %s LIMIT 0`, []string{}, nil},
		{"a number for text", `SELECT id FROM %s WHERE id = 5`, []string{}, []string{"get [id] identifiers=[5]"}},
		{"a number of a query", `SELECT id FROM %s WHERE id = (SELECT 5)`, []string{}, []string{`list [id] id=[]interface {}{5}`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := &host{rows: []*table.Row{
				thingRow(`{'Id': 'a', 'Name': 'one', 'Size': 1, 'Ratio': 0.5, 'On': true, 'Tags': [1]}`),
				thingRow(`{'Id': 'b', 'Name': 'two', 'Size': 2, 'On': false}`),
			}}
			things := shape(t, thing)
			db := connect(t, h, things)
			have, err := run(db, fmt.Sprintf(test.sql, table.Quote(things.Name)))
			if test.rows == nil {
				if err == nil {
					t.Error("want an error")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.rows, have); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			var scans []string
			for _, scan := range h.scans {
				scans = append(scans, short(scan))
			}
			if diff := cmp.Diff(test.scans, scans); diff != "" {
				t.Errorf("scans (-want +got):\n%s", diff)
			}
			if h.open != 0 || len(h.kept) > 0 {
				t.Errorf("%d scans are open, errors %v", h.open, h.kept)
			}
		})
	}
}

// A cursor that is used again closes what it had.
func TestScansAreClosed(t *testing.T) {
	t.Parallel()
	h := &host{rows: []*table.Row{thingRow(`{'Id': 'a', 'Name': 'one'}`)}}
	things := shape(t, thing)
	db := connect(t, h, things)
	if _, err := run(db, `SELECT (SELECT name FROM "awscc.test.things" t WHERE t.id = v.column1) FROM (VALUES ('a'), ('b'), ('c')) v`); err != nil {
		t.Fatal(err)
	}
	if h.open != 0 || h.closed != 3 {
		t.Errorf("%d scans are open, %d closed", h.open, h.closed)
	}
	// So does a statement that is given up.
	stmt, _, err := db.Prepare(`SELECT name FROM "awscc.test.things"`)
	if err != nil || !stmt.Step() {
		t.Fatal(err, stmt.Err())
	}
	if err := stmt.Close(); err != nil || h.open != 0 {
		t.Errorf("%v, %d scans are open", err, h.open)
	}
}

func TestErrorsAreKept(t *testing.T) {
	t.Parallel()
	failure := errors.New("it failed")
	for _, late := range []bool{false, true} {
		h := &host{fails: failure, late: late, rows: []*table.Row{thingRow(`{'Id': 'a'}`)}}
		things := shape(t, thing)
		rows, err := run(connect(t, h, things), `SELECT id FROM "awscc.test.things"`)
		if err == nil || !strings.Contains(err.Error(), "it failed") {
			t.Errorf("late %v: %v, %v", late, rows, err)
		}
		if !slices.Contains(h.kept, failure) || h.open != 0 {
			t.Errorf("late %v: kept %v, %d scans are open", late, h.kept, h.open)
		}
	}
}

// Values that stand in the statement are shown to the host, which may refuse
// them. Others cannot be.
func TestChecks(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		where  string
		checks []string
	}{
		{`region = 'mars'`, []string{"region=mars"}},
		{`'mars' = region`, []string{"region=mars"}},
		{`size = 5`, []string{"size=5"}},
		{`region IN ('mars')`, []string{"region=mars"}},
		{`region IN ('mars', 'venus')`, nil},
		{`region = 'MARS' COLLATE NOCASE`, nil},
		{`region COLLATE NOCASE = 'MARS'`, nil},
		{`region <> 'mars'`, nil},
		{`region = (SELECT 'mars')`, nil},
	} {
		h := &host{}
		things := shape(t, thing)
		if _, err := run(connect(t, h, things), `SELECT id FROM "awscc.test.things" WHERE `+test.where); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.checks, slices.Compact(h.checks)); diff != "" {
			t.Errorf("%s: checks (-want +got):\n%s", test.where, diff)
		}
	}
	h := &host{refuses: "mars"}
	_, err := run(connect(t, h, shape(t, thing)), `SELECT id FROM "awscc.test.things" WHERE region = 'mars'`)
	if err == nil || len(h.kept) == 0 || len(h.scans) > 0 {
		t.Errorf("%v, kept %v, scans %v", err, h.kept, h.scans)
	}
}

// A type that cannot be listed wants a key, in whichever order it is joined.
func TestPlanWithoutListHandler(t *testing.T) {
	t.Parallel()
	unlisted := strings.Replace(thing, `"test:List"`, "", 1)
	h := &host{rows: []*table.Row{thingRow(`{'Id': 'a', 'Name': 'one'}`)}}
	db := connect(t, h, shape(t, unlisted))
	if _, err := run(db, `SELECT name FROM "awscc.test.things"`); err == nil {
		t.Error("it was listed")
	}
	var missing *pushdown.ErrNoHandler
	if len(h.kept) == 0 || !errors.As(h.kept[0], &missing) {
		t.Errorf("kept %v", h.kept)
	}
	for _, sql := range []string{
		`SELECT name FROM "awscc.test.things" t, (VALUES ('a')) v WHERE t.id = v.column1`,
		`SELECT name FROM (VALUES ('a')) v JOIN "awscc.test.things" t ON t.id = v.column1`,
		`SELECT name FROM "awscc.test.things" t JOIN json_each('["a"]') j ON t.id = j.value`,
	} {
		have, err := run(db, sql)
		if err != nil || !slices.Equal(have, []string{"one"}) {
			t.Errorf("%s: %v, %v", sql, have, err)
		}
	}
}

// wide has 80 properties beside its identifier.
func wide() string {
	properties := []string{`"Id": {"type": "string"}`}
	for i := range 80 {
		properties = append(properties, fmt.Sprintf(`"P%d": {"type": "string"}`, i))
	}
	return fmt.Sprintf(`{"typeName": "AWS::Test::Wide", "primaryIdentifier": ["/properties/Id"], "properties": {%s},
		"handlers": {"read": {"permissions": ["test:Get"]}, "list": {"permissions": ["test:List"]}}}`, strings.Join(properties, ", "))
}

// Of columns from the 64th on SQLite keeps no account: the host does.
func TestWideTable(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		columns string
		reads   []string
		used    string
	}{
		{"p0", nil, "p0"},
		{"p0, p59", nil, "p0 p59"},
		{"p0, p60", []string{"p60"}, "p0 p60"},
		{"p79", []string{"p79"}, "p79"},
		{"account_id", []string{"account_id"}, "account_id"},
		{"p79", []string{"p79", "p78"}, "p78 p79"}, // the host may know less than that
		{"count(*)", []string{"p79"}, ""},
	} {
		h := &host{reads: map[string]bool{}, rows: []*table.Row{thingRow(`{'Id': 'a', 'P0': '0', 'P60': '60', 'P79': '79'}`)}}
		for _, column := range test.reads {
			h.reads[column] = true
		}
		if _, err := run(connect(t, h, shape(t, wide())), `SELECT `+test.columns+` FROM "awscc.test.wides"`); err != nil {
			t.Fatal(err)
		}
		if have := short(h.scans[0]); have != "list ["+test.used+"]" {
			t.Errorf("%s: want %s, have %s", test.columns, test.used, have)
		}
		if len(h.asked) > 0 && slices.Contains(h.asked, "p0") {
			t.Errorf("%s: the host was asked about %v", test.columns, h.asked)
		}
	}
}

// Views and triggers may read the tables.
func TestViews(t *testing.T) {
	t.Parallel()
	h := &host{rows: []*table.Row{thingRow(`{'Id': 'a', 'Name': 'one'}`)}}
	db := connect(t, h, shape(t, thing))
	if err := db.Exec(`CREATE VIEW v AS SELECT name FROM "awscc.test.things"; CREATE TABLE log (name);
		CREATE TRIGGER tr AFTER INSERT ON log WHEN NEW.name IS NULL BEGIN UPDATE log SET name = (SELECT name FROM "awscc.test.things"); END`); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{`SELECT name FROM v`, `INSERT INTO log VALUES (NULL) RETURNING (SELECT name FROM v)`, `SELECT name FROM log`} {
		have, err := run(db, sql)
		if err != nil || !slices.Equal(have, []string{"one"}) {
			t.Errorf("%s: %v, %v", sql, have, err)
		}
	}
}

func TestStatic(t *testing.T) {
	t.Parallel()
	var keys []string
	failure := errors.New("it failed")
	static := &vtable.Static{
		Name:    "pairs",
		Columns: []vtable.StaticColumn{{Name: "key", Kind: resource.Text}, {Name: "value", Kind: resource.Any}, {Name: "say \"so\"", Kind: resource.JSON}},
		Rows: func(key string, keyed bool) ([][]any, error) {
			keys = append(keys, fmt.Sprint(key, keyed))
			if key == "bad" {
				return nil, failure
			}
			return [][]any{{"a", 1, nil}, {"b", 2.5, []byte(`[1]`)}, {"b", true, "x"}}, nil
		},
	}
	h := &host{}
	db := connect(t, h)
	if err := vtable.RegisterStatic(db, static, func() vtable.Host { return h }); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		sql  string
		want []string
		keys []string
	}{
		{`SELECT * FROM pairs`, []string{"a 1 NULL", "b 2.5 [1]", "b 1 x"}, []string{"false"}},
		{`SELECT value FROM pairs WHERE key = 'b'`, []string{"2.5", "1"}, []string{"btrue"}},
		{`SELECT value FROM pairs WHERE key = 'B' COLLATE NOCASE`, []string{"2.5", "1"}, []string{"false"}},
		{`SELECT a.value FROM pairs a JOIN pairs b ON a.key = b.key WHERE b.value = 2.5`, []string{"2.5", "1"}, []string{"atrue", "btrue", "btrue", "false"}},
		{`SELECT key FROM pairs WHERE rowid = 2`, []string{"b"}, []string{"false"}},
	} {
		keys = nil
		have, err := run(db, test.sql)
		if diff := cmp.Diff(test.want, have); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", test.sql, err, diff)
		}
		slices.Sort(keys)
		slices.Sort(test.keys)
		if diff := cmp.Diff(test.keys, keys); diff != "" {
			t.Errorf("%s: keys (-want +got):\n%s", test.sql, diff)
		}
	}
	if _, err := run(db, `SELECT * FROM pairs WHERE key = 'bad'`); err == nil || !slices.Contains(h.kept, failure) {
		t.Errorf("%v, kept %v", err, h.kept)
	}
}
