package table_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/catalog"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/schema/schematest"
	"skyql/internal/table"
)

// typeOf makes a type of properties, an identifier and what the list handler's
// schema says, in JSON with single quotes.
func typeOf(t *testing.T, properties, identifier, list string) *schema.ResourceType {
	t.Helper()
	if list == "" {
		list = `{}`
	}
	text := fmt.Sprintf(`{"typeName": "AWS::Test::Thing", "properties": {%s}, "primaryIdentifier": [%s],
		"definitions": {"Part": {"type": "object", "properties": {"Code": {"type": "integer"}}}},
		"handlers": {"read": {"permissions": ["test:Get"]}, "list": {"permissions": ["test:List"], "handlerSchema": %s}}}`,
		properties, identifier, list)
	parsed, err := schema.Parse([]byte(strings.ReplaceAll(text, `'`, `"`)))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// shape writes a table's columns, one a line: hidden ones in brackets, and
// behind each what it shows.
func shape(t *table.Table) string {
	var b strings.Builder
	for i, c := range t.Columns {
		name := c.Name
		if c.Hidden {
			name = "[" + name + "]"
		}
		fmt.Fprintf(&b, "%s %s", name, c.Kind)
		if c.Origin == table.FromProperty {
			fmt.Fprintf(&b, " %s", c.Path)
		}
		if c.Part >= 0 {
			fmt.Fprintf(&b, " part %d", c.Part)
		}
		if c.Input != "" {
			fmt.Fprintf(&b, " input %s", c.Input)
			if c.Required {
				b.WriteString(" required")
			}
		}
		if c.Same != i {
			fmt.Fprintf(&b, " = %s", t.Columns[c.Same].Name)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestColumns(t *testing.T) {
	t.Parallel()
	const text = `{'type': 'string'}`
	for _, test := range []struct {
		name                         string
		properties, identifier, list string
		want, wantListOnly           string
	}{
		{
			name:       "plain",
			properties: `'Name': ` + text + `, 'Size': {'type': 'integer'}, 'Tags': {'type': 'array'}, 'On': {'type': 'boolean'}, 'At': {'type': 'string', 'format': 'date-time'}`,
			identifier: `'/properties/Name'`,
			want: `region string
Identifier string
name string Name part 0
size integer Size
tags json Tags
on boolean On
at timestamp At
[account_id] string
[_properties] json
[_fetched_at] timestamp
[_on] boolean On = on
`,
			wantListOnly: `region string
name string Name part 0
[Identifier] string
[account_id] string
[_properties] json
[_fetched_at] timestamp
`,
		},
		{
			name:       "names that skyql uses",
			properties: `'Region': ` + text + `, 'Identifier': ` + text + `, 'AccountId': ` + text,
			identifier: `'/properties/Identifier'`,
			want: `region string
Identifier string
region_property string Region
identifier_property string Identifier part 0
account_id string AccountId
[_account_id] string
[_properties] json
[_fetched_at] timestamp
`,
			wantListOnly: `region string
identifier_property string Identifier part 0
[Identifier] string
[account_id] string
[_properties] json
[_fetched_at] timestamp
`,
		},
		{
			name: "identifier inside a property",
			properties: `'Name': ` + text + `, 'Schedule': {'type': 'object', 'properties': {'Id': {'type': 'string'}}},
				'Part': {'$ref': '#/definitions/Part'}, 'Map': {'type': 'object'}`,
			identifier: `'/properties/Schedule/Id', '/properties/Part/Code', '/properties/Map/Anything', '/properties/Name'`,
			want: `region string
Identifier string
name string Name part 3
schedule json Schedule
part json Part
map json Map
[schedule__id] string Schedule/Id part 0
[part__code] integer Part/Code part 1
[map__anything] string Map/Anything part 2
[account_id] string
[_properties] json
[_fetched_at] timestamp
`,
			wantListOnly: `region string
schedule__id string Schedule/Id part 0
part__code integer Part/Code part 1
map__anything string Map/Anything part 2
name string Name part 3
[Identifier] string
[account_id] string
[_properties] json
[_fetched_at] timestamp
`,
		},
		{
			name:       "inputs of the list handler",
			properties: `'Id': ` + text + `, 'ParentId': ` + text + `, 'Filter': ` + text,
			identifier: `'/properties/Id'`,
			list: `{'properties': {'ParentId': {'$ref': 'resource-schema.json#/properties/ParentId'},
				'Filter': {'$ref': 'resource-schema.json#/properties/Filter'}, 'Depth': {'type': 'integer'}}, 'required': ['ParentId']}`,
			want: `region string
Identifier string
id string Id part 0
parent_id string ParentId input ParentId required
filter string Filter input Filter
[account_id] string
[_properties] json
[_fetched_at] timestamp
`,
			wantListOnly: `region string
id string Id part 0
[Identifier] string
[parent_id] string ParentId input ParentId required
[filter] string Filter input Filter
[account_id] string
[_properties] json
[_fetched_at] timestamp
`,
		},
		{
			name:       "an input that bears the name of another property",
			properties: `'Arn': ` + text + `, 'Workspace': ` + text,
			identifier: `'/properties/Arn'`,
			list:       `{'properties': {'Arn': {'$ref': 'resource-schema.json#/properties/Workspace'}}, 'required': ['Arn']}`,
			want: `region string
Identifier string
arn string Arn part 0
workspace string Workspace input Arn required
[account_id] string
[_properties] json
[_fetched_at] timestamp
`,
			wantListOnly: `region string
arn string Arn part 0
[Identifier] string
[workspace] string Workspace input Arn required
[account_id] string
[_properties] json
[_fetched_at] timestamp
`,
		},
		{
			name:       "an input that is demanded under the property's own name",
			properties: `'MultiplexId': ` + text + `, 'ProgramName': ` + text,
			identifier: `'/properties/ProgramName', '/properties/MultiplexId'`,
			list:       `{'properties': {'Arn': {'$ref': 'resource-schema.json#/properties/MultiplexId'}}, 'required': ['MultiplexId']}`,
			want: `region string
Identifier string
multiplex_id string MultiplexId part 1 input MultiplexId required
program_name string ProgramName part 0
[account_id] string
[_properties] json
[_fetched_at] timestamp
`,
			wantListOnly: `region string
program_name string ProgramName part 0
multiplex_id string MultiplexId part 1 input MultiplexId required
[Identifier] string
[account_id] string
[_properties] json
[_fetched_at] timestamp
`,
		},
		{
			name:       "one of several inputs",
			properties: `'Name': ` + text + `, 'Arn': ` + text + `, 'BucketName': ` + text + `, 'BucketArn': ` + text,
			identifier: `'/properties/Arn'`,
			list:       `{'oneOf': [{'required': ['BucketName']}, {'required': ['BucketArn', 'Elsewhere']}]}`,
			want: `region string
Identifier string
name string Name
arn string Arn part 0
bucket_name string BucketName input BucketName required
bucket_arn string BucketArn input BucketArn required
[account_id] string
[_properties] json
[_fetched_at] timestamp
`,
			wantListOnly: `region string
arn string Arn part 0
[Identifier] string
[account_id] string
[_properties] json
[_fetched_at] timestamp
`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			of := typeOf(t, test.properties, test.identifier, test.list)
			if diff := cmp.Diff(test.want, shape(table.New(of))); diff != "" {
				t.Errorf("columns (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.wantListOnly, shape(table.NewListOnly(of))); diff != "" {
				t.Errorf("columns of the list (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDeclaration(t *testing.T) {
	t.Parallel()
	of := typeOf(t, `'Name': {'type': 'string'}, 'Size': {'type': 'number'}, 'On': {'type': 'boolean'}, 'Count': {'type': 'integer'}`,
		`'/properties/Name'`, "")
	want := `CREATE TABLE t("region" TEXT, "Identifier" TEXT, "name" TEXT, "size" NUMERIC, "on" BOOLEAN, "count" INTEGER, ` +
		`"account_id" TEXT HIDDEN, "_properties" JSON TEXT HIDDEN, "_fetched_at" TIMESTAMP TEXT HIDDEN, "_on" BOOLEAN HIDDEN)`
	if diff := cmp.Diff(want, table.New(of).Declaration()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if have := table.Quote(`say "so"`); have != `"say ""so"""` {
		t.Errorf("quoted: %s", have)
	}
}

// A column's declared type tells its kind again when it comes out of SQLite.
func TestDeclaredTypes(t *testing.T) {
	t.Parallel()
	for _, kind := range []resource.Kind{resource.Any, resource.Text, resource.Integer, resource.Number, resource.Boolean, resource.JSON, resource.Timestamp} {
		declared := table.DeclaredType(kind)
		if have := table.KindOf(strings.ToLower(declared)); have != kind {
			t.Errorf("%s is declared %q, which is %s", kind, declared, have)
		}
	}
	if have := table.KindOf("VARCHAR(10)"); have != resource.Any {
		t.Errorf("a type of others is %s", have)
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	shape := table.New(typeOf(t, `'Name': {'type': 'string'}, 'DBClusterArn': {'type': 'string'}, 'Inner': {'type': 'object', 'properties': {'Id': {'type': 'string'}}}`,
		`'/properties/Name', '/properties/Inner/Id'`, `{'required': ['Name']}`))
	for _, test := range []struct{ name, path string }{
		{"NAME", "Name"}, {"db_cluster_arn", "DBClusterArn"}, {"Db_Cluster_Arn", "DBClusterArn"}, {"inner__id", "Inner/Id"},
	} {
		column, ok := shape.Lookup(test.name)
		if !ok {
			t.Errorf("no column %s", test.name)
			continue
		}
		canonical := shape.Columns[column].Same
		if byPath, ok := shape.Property(test.path); !ok || byPath != canonical {
			t.Errorf("%s is column %d, its property %s is %d", test.name, canonical, test.path, byPath)
		}
	}
	if _, ok := shape.Lookup("nothing"); ok {
		t.Error("a column that is not there was found")
	}
	if diff := cmp.Diff([]string{"name", "inner__id"}, shape.Identifiers()); diff != "" {
		t.Errorf("identifiers (-want +got):\n%s", diff)
	}
	if column, ok := shape.InputColumn("Name"); !ok || shape.Columns[column].Name != "name" {
		t.Errorf("the input Name is column %d", column)
	}
}

// Values keep to their kind, and what is of another kind is passed on as what it is.
func TestValueKinds(t *testing.T) {
	t.Parallel()
	of := typeOf(t, `'Id': {'type': 'string'}, 'Text': {'type': 'string'}, 'Integer': {'type': 'integer'}, 'Number': {'type': 'number'},
		'Boolean': {'type': 'boolean'}, 'Document': {'type': 'object'}, 'Time': {'type': 'string', 'format': 'date-time'}`, `'/properties/Id'`, "")
	shape := table.New(of)
	document := func(text string) any { return json.RawMessage(text) }
	for _, test := range []struct {
		raw                                            string
		text, integer, number, boolean, document, time any
	}{
		{`null`, nil, nil, nil, nil, nil, nil},
		{`"abc"`, "abc", "abc", "abc", "abc", "abc", "abc"},
		{`""`, "", "", "", "", "", ""},
		{`"é\n\u0000"`, "é\n\x00", "é\n\x00", "é\n\x00", "é\n\x00", "é\n\x00", "é\n\x00"},
		{`5`, "5", int64(5), 5.0, int64(5), int64(5), "5"},
		{`-0`, "-0", int64(0), 0.0, int64(0), int64(0), "-0"},
		{`5.0`, "5.0", int64(5), 5.0, 5.0, 5.0, "5.0"},
		{`5.5`, "5.5", 5.5, 5.5, 5.5, 5.5, "5.5"},
		{`1e3`, "1e3", int64(1000), 1000.0, 1000.0, 1000.0, "1e3"},
		{`9007199254740993`, "9007199254740993", int64(9007199254740993), int64(9007199254740993), int64(9007199254740993), int64(9007199254740993), "9007199254740993"},
		{`12345678901234567890`, "12345678901234567890", 12345678901234567890.0, 12345678901234567890.0, 12345678901234567890.0, 12345678901234567890.0, "12345678901234567890"},
		{`1e999`, "1e999", "1e999", "1e999", "1e999", "1e999", "1e999"},
		{`"5"`, "5", int64(5), 5.0, "5", "5", "5"},
		{`"0x10"`, "0x10", "0x10", "0x10", "0x10", "0x10", "0x10"},
		{`"NaN"`, "NaN", "NaN", "NaN", "NaN", "NaN", "NaN"},
		{`"Inf"`, "Inf", "Inf", "Inf", "Inf", "Inf", "Inf"},
		{`"0123"`, "0123", int64(123), 123.0, "0123", "0123", "0123"},
		{`true`, "true", "true", "true", true, "true", "true"},
		{`"true"`, "true", "true", "true", true, "true", "true"},
		{`"FALSE"`, "FALSE", "FALSE", "FALSE", false, "FALSE", "FALSE"},
		{`{"a": [1, 2 ]}`, document(`{"a":[1,2]}`), document(`{"a":[1,2]}`), document(`{"a":[1,2]}`), document(`{"a":[1,2]}`), document(`{"a":[1,2]}`), document(`{"a":[1,2]}`)},
		{`[]`, document(`[]`), document(`[]`), document(`[]`), document(`[]`), document(`[]`), document(`[]`)},
		{`"2026-01-02T03:04:05Z"`, "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"},
	} {
		for name, want := range map[string]any{
			"Text": test.text, "Integer": test.integer, "Number": test.number, "Boolean": test.boolean, "Document": test.document, "Time": test.time,
		} {
			column, _ := shape.Property(name)
			row := &table.Row{Identifier: "i", Model: json.RawMessage(fmt.Sprintf(`{%q: %s}`, name, test.raw)), Complete: true}
			have, known := shape.Value(row, column)
			if diff := cmp.Diff(want, have); diff != "" || !known {
				t.Errorf("%s as %s: known %v (-want +got):\n%s", test.raw, name, known, diff)
			}
		}
	}
}

// What a list gave is the value as far as it is a plain one; the identifier and
// the inputs tell more.
func TestValueOfARow(t *testing.T) {
	t.Parallel()
	of := typeOf(t, `'Id': {'type': 'string'}, 'Number': {'type': 'integer'}, 'Parent': {'type': 'string'}, 'Filter': {'type': 'string'},
		'Document': {'type': 'object', 'properties': {'Id': {'type': 'string'}}}, 'Name': {'type': 'string'}`,
		`'/properties/Id', '/properties/Number', '/properties/Document/Id'`,
		`{'properties': {'Filter': {'$ref': 'resource-schema.json#/properties/Filter'}}, 'required': ['Parent']}`)
	at := time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.FixedZone("", 3600))
	listed := func(model string) table.Row {
		return table.Row{Scope: resource.Scope{Region: "us-east-1", Account: "1"}, Identifier: "i|7|d", Model: json.RawMessage(model), FetchedAt: at,
			Inputs: map[string]string{"Parent": "p", "Filter": "f"}}
	}
	read := func(model string) table.Row {
		row := listed(model)
		row.Complete = true
		return row
	}
	other := func(row table.Row, identifier string) table.Row {
		row.Identifier = identifier
		return row
	}
	for _, test := range []struct {
		name   string
		row    table.Row
		column string
		want   any
		known  bool
	}{
		{"region", listed(`{}`), "region", "us-east-1", true},
		{"identifier", listed(`{}`), "identifier", "i|7|d", true},
		{"account", listed(`{}`), "account_id", "1", true},
		{"clock", listed(`{}`), "_fetched_at", "2026-01-02T02:04:05.678Z", true},
		{"model of a list", listed(`{"Id":"i"}`), "_properties", json.RawMessage(`{"Id":"i"}`), false},
		{"model of a read", read(`{"Id":"i"}`), "_properties", json.RawMessage(`{"Id":"i"}`), true},
		{"no model", listed(``), "_properties", nil, false},
		{"part of the identifier", listed(`{}`), "id", "i", true},
		{"part of another kind", listed(`{}`), "number", int64(7), true},
		{"part inside a property", listed(`{}`), "document__id", "d", true},
		{"part that the model has as null", listed(`{"Id": null}`), "id", "i", true},
		{"part that the model tells", listed(`{"Document": {"Id": "e"}}`), "document__id", "e", true},
		{"part of a short identifier", other(listed(`{}`), "i|7"), "id", nil, false},
		{"part of a long identifier", other(listed(`{}`), "i|7|d|e"), "id", nil, false},
		{"part of an identifier in JSON", other(listed(`{}`), `{"Id":"i"}`), "id", nil, false},
		{"input that was demanded", listed(`{}`), "parent", "p", true},
		{"input that was demanded, told otherwise", listed(`{"Parent": "q"}`), "parent", "q", true},
		{"input that was passed", listed(`{}`), "filter", nil, false},
		{"plain value of a list", listed(`{"Name": "n"}`), "name", "n", true},
		{"null in a list", listed(`{"Name": null}`), "name", nil, false},
		{"document of a list may be a part", listed(`{"Document": {"Id": "d"}}`), "document", json.RawMessage(`{"Id":"d"}`), false},
		{"document of a read", read(`{"Document": {"Id": "d"}}`), "document", json.RawMessage(`{"Id":"d"}`), true},
		{"not in a list", listed(`{}`), "name", nil, false},
		{"not in a read", read(`{}`), "name", nil, true},
		{"left out by the read", read(`{}`), "parent", "p", true},
		{"a model that is none", listed(`[1]`), "name", nil, false},
	} {
		shape := table.New(of)
		column, ok := shape.Lookup(test.column)
		if !ok {
			t.Fatalf("%s: no column %s", test.name, test.column)
		}
		for range 2 { // the second time from what was decoded
			value, known := shape.Value(&test.row, column)
			if diff := cmp.Diff(test.want, value); diff != "" || known != test.known {
				t.Errorf("%s: known %v (-want +got):\n%s", test.name, known, diff)
			}
		}
	}
	shape := table.NewListOnly(of)
	column, _ := shape.Lookup("_properties")
	row := listed(`{"Id":"i"}`)
	if _, known := shape.Value(&row, column); !known {
		t.Error("of a list a list tells the model")
	}
}

func TestImplied(t *testing.T) {
	t.Parallel()
	of := typeOf(t, `'Id': {'type': 'string'}, 'Parent': {'type': 'string'}, 'Filter': {'type': 'string'}, 'Name': {'type': 'string'}`,
		`'/properties/Id'`, `{'properties': {'Filter': {'$ref': 'resource-schema.json#/properties/Filter'}}, 'required': ['Parent']}`)
	both := map[string]string{"Parent": "", "Filter": ""}
	for _, test := range []struct {
		column   string
		inputs   map[string]string
		want     bool
		listOnly bool
	}{
		{"region", nil, true, true}, {"identifier", nil, true, true}, {"account_id", nil, true, true}, {"_fetched_at", nil, true, true},
		{"_properties", both, false, true}, {"id", nil, true, true},
		{"parent", nil, false, true}, {"parent", both, true, true}, {"filter", both, false, true}, {"name", both, false, true},
	} {
		shape := table.New(of)
		column, _ := shape.Lookup(test.column)
		if have := shape.Implied(column, test.inputs); have != test.want {
			t.Errorf("%s with %v: %v", test.column, test.inputs, have)
		}
		list := table.NewListOnly(of)
		if column, ok := list.Lookup(test.column); ok && list.Implied(column, test.inputs) != test.listOnly {
			t.Errorf("%s with %v: not told by the list", test.column, test.inputs)
		}
	}
}

// In all types there are, each property has one column of its own, and each
// name stands for one column.
func TestEveryColumnIsOneProperty(t *testing.T) {
	t.Parallel()
	types := schematest.Types(t)
	if len(types) < 1000 {
		t.Errorf("only %d types", len(types))
	}
	for _, of := range types {
		checkShape(t, table.New(of), of.Properties)
		checkShape(t, table.NewListOnly(of), nil)
	}
}

func TestStarterColumnsAreProperties(t *testing.T) {
	t.Parallel()
	starter := catalog.Starter()
	for _, name := range starter.Types() {
		of, err := starter.Type(name)
		if err != nil {
			t.Fatal(err)
		}
		checkShape(t, table.New(of), of.Properties)
		checkShape(t, table.NewListOnly(of), nil)
	}
}

func checkShape(t *testing.T, shape *table.Table, properties []schema.Property) {
	t.Helper()
	paths, names, origins := map[string]bool{}, map[string]bool{}, map[table.Origin]int{}
	for i, c := range shape.Columns {
		name := strings.ToLower(c.Name)
		if names[name] {
			t.Errorf("%s: two columns %s", shape.Name, name)
		}
		names[name] = true
		if have, ok := shape.Lookup(c.Name); !ok || have != i {
			t.Errorf("%s: %s is found at %d", shape.Name, c.Name, have)
		}
		same := shape.Columns[c.Same]
		switch {
		case same.Same != c.Same, same.Path.String() != c.Path.String(), same.Origin != c.Origin, same.Part != c.Part:
			t.Errorf("%s: %s is not another name of %s", shape.Name, c.Name, same.Name)
		case c.Same != i:
			if !c.Hidden {
				t.Errorf("%s: another name is not hidden: %s", shape.Name, c.Name)
			}
			continue
		case c.Origin != table.FromProperty:
			origins[c.Origin]++
			continue
		}
		path := c.Path.String()
		if have, ok := shape.Property(path); !ok || have != i || paths[path] {
			t.Errorf("%s: %s has the property %s, which is column %d", shape.Name, c.Name, path, have)
		}
		paths[path] = true
	}
	for _, property := range properties {
		if !paths[property.Name] {
			t.Errorf("%s: no column for %s", shape.Name, property.Name)
		}
	}
	for i, part := range shape.Type.PrimaryIdentifier {
		column := shape.Columns[shape.Parts()[i]]
		if column.Part != i || column.Path.String() != part.String() {
			t.Errorf("%s: part %d of the identifier is %s", shape.Name, i, column.Name)
		}
	}
	for _, origin := range []table.Origin{table.FromRegion, table.FromIdentifier, table.FromAccount, table.FromModel, table.FromClock} {
		if origins[origin] != 1 {
			t.Errorf("%s: %d columns of origin %d", shape.Name, origins[origin], origin)
		}
	}
}
