package docgen

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"skyql/internal/docgen/sample"
	"skyql/internal/naming"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/table"
)

// stack makes a stack that deploys one resource of the type.
func (m *maker) stack() Stack {
	switch {
	case !m.t.Has(schema.Create):
		return Stack{Missing: "There is no stack: the type has no create handler."}
	case !m.t.Has(schema.Read):
		return Stack{Missing: "There is no stack: whether a resource is as wanted cannot be seen, as the type has no read handler."}
	}
	w := &stackWriter{maker: m}
	for _, property := range m.t.Properties {
		if _, ok := m.values.All[property.Name]; ok {
			w.props = append(w.props, property.Name)
		}
	}
	if why := w.locate(); why != "" {
		return Stack{Missing: why}
	}
	secrets := m.secrets(m.values.All, w.props)
	return Stack{Manifest: w.manifest(secrets), Query: w.query(), Secrets: secrets}
}

// stackWriter writes the two files of a stack.
type stackWriter struct {
	*maker
	props []string // properties that the manifest gives
	// identifier is that of the resource, as a template. Where the service makes up
	// a part of it, captured has the columns in which the query finds it.
	identifier string
	captured   []string
	// found are the conditions by which the query finds the resource then.
	found []string
	// account says that the identifier names the account.
	account bool
}

// prop is the name of a property in the manifest.
func (w *stackWriter) prop(property string) string {
	column, _ := w.shape.Property(property)
	return w.shape.Columns[column].Name
}

// placeholder is where a statement has the value of a property.
func (w *stackWriter) placeholder(property string) string { return "{{ " + w.prop(property) + " }}" }

// locate decides how the resource is found: by its identifier if that is known,
// else by the parts of it that are known and by what the resource is called. If
// that cannot be, it says why.
func (w *stackWriter) locate() (why string) {
	var parts []string
	for i, part := range w.identifierParts() {
		switch path := w.t.PrimaryIdentifier[i]; {
		case part.known && part.property != "":
			parts = append(parts, w.placeholder(part.property))
			w.found = append(w.found, w.equals(path[0]))
		default:
			parts = append(parts, "{{ this."+part.column+" }}")
			w.captured = append(w.captured, part.column)
		}
	}
	w.identifier = strings.Join(parts, "|")
	if len(w.captured) == 0 {
		return ""
	}
	if !w.t.Has(schema.List) {
		if !w.derive() {
			return "There is no stack: AWS makes up the identifier, and the type has no list handler, so a second run would not find the resource."
		}
		return ""
	}
	for _, parent := range w.parents {
		if column, ok := w.shape.Lookup(parent.Column); ok {
			w.find(w.shape.Columns[column].Path[0])
		}
	}
	if name := w.named(); name != "" {
		w.find(name)
		return ""
	}
	for _, property := range w.props {
		if w.t.IsRequired(property) {
			w.find(property)
		}
	}
	return ""
}

// derive makes a template of an identifier that follows from the properties, as
// an ARN with the name of the resource. It reports whether it could.
func (w *stackWriter) derive() bool {
	identifier, ok := w.t.Identify(w.values.Model)
	if !ok || !w.values.Derived {
		return false
	}
	segments := identifierSegments.FindAllString(identifier, -1)
	named := false
	for i, segment := range segments {
		switch segment {
		case string(sample.Region):
			segments[i] = "{{ region }}"
			continue
		case sample.Account:
			segments[i], w.account = "{{ account_id }}", true
			continue
		}
		for _, property := range w.props {
			if w.values.All[property] == segment {
				segments[i], named = w.placeholder(property), true
				break
			}
		}
	}
	w.identifier, w.captured = strings.Join(segments, ""), nil
	return named
}

var identifierSegments = regexp.MustCompile(`[:/|]|[^:/|]+`)

// find adds a property to the conditions by which the resource is found.
func (w *stackWriter) find(property string) {
	if !slices.Contains(w.props, property) || !w.readable(property) {
		return
	}
	if condition := w.equals(property); !slices.Contains(w.found, condition) {
		w.found = append(w.found, condition)
	}
}

// named is the property that says what the resource is called: its name, else
// its tags, or "".
func (w *stackWriter) named() string {
	thing := w.t.Name.Thing()
	wishes := []string{"Name", thing + "Name", thing + "Identifier", "DisplayName", "Alias"}
	for _, property := range w.props {
		if base, ok := strings.CutSuffix(property, "Name"); ok && base != "" && strings.HasSuffix(thing, base) {
			wishes = append(wishes, property)
		}
	}
	if path := w.t.Tagging.Property; len(path) == 1 {
		wishes = append(wishes, path[0])
	}
	for _, wish := range wishes {
		if slices.Contains(w.props, wish) && w.readable(wish) {
			return wish
		}
	}
	return ""
}

// readable reports whether the read handler gives the property back as it was
// set.
func (w *stackWriter) readable(property string) bool {
	return !slices.ContainsFunc(w.t.WriteOnly, func(path schema.Path) bool { return path[0] == property }) &&
		!schema.HasTop(w.t.Deprecated, property)
}

// equals compares the property with what the manifest says.
func (w *stackWriter) equals(property string) string {
	column, _ := w.shape.Property(property)
	name, placeholder := columnName(w.shape.Columns[column].Name), w.placeholder(property)
	switch w.shape.Columns[column].Kind {
	case resource.JSON:
		return "json_equal(" + name + ", '" + placeholder + "') = 1"
	case resource.Integer, resource.Number, resource.Boolean:
		return name + " = " + placeholder
	}
	return name + " = '" + placeholder + "'"
}

// manifest writes stackql_manifest.yml.
func (w *stackWriter) manifest(secrets []Variable) string {
	var b strings.Builder
	fmt.Fprintf(&b, "version: 1\nname: '%s'\ndescription: 'One %s'\nproviders:\n  - %s\n",
		strings.ReplaceAll(naming.Singular(w.t.Name), "_", "-"), w.t.Name, naming.Provider)
	fmt.Fprintf(&b, "globals:\n  - name: region\n    value: '%s'\n", sample.Region)
	if w.account {
		fmt.Fprintf(&b, "  - name: account_id\n    value: '%s'\n", sample.Account)
	}
	for _, secret := range secrets {
		fmt.Fprintf(&b, "  - name: %s\n    value: '{{ %s }}'\n", given(secret.Name), strings.ToUpper(secret.Name))
	}
	fmt.Fprintf(&b, "resources:\n  - name: %s\n", naming.Singular(w.t.Name))
	values := yamlWriter{t: w.t, name: func(v sample.Variable) string { return given(v.Name) }}
	if len(w.props) > 0 {
		b.WriteString("    props:\n")
	}
	for _, property := range w.props {
		fmt.Fprintf(&b, "      - name: %s\n        value:", yamlKey(w.prop(property)))
		values.value(&b, w.t.Property(property).Node, w.values.All[property], "          ")
	}
	b.WriteString("    exports:\n")
	for _, name := range w.exports() {
		fmt.Fprintf(&b, "      - %s\n", yamlKey(name))
	}
	return b.String()
}

// given is the global that holds a secret, so that a property may have the same
// name as what the reader gives.
func given(name string) string { return "given_" + name }

// exports are the columns that other resources can use: the identifier's, and
// the ARN if there is one.
func (w *stackWriter) exports() []string {
	names := slices.Clone(w.shape.Identifiers())
	if column, ok := w.shape.Property("Arn"); ok && !slices.Contains(names, w.shape.Columns[column].Name) {
		names = append(names, w.shape.Columns[column].Name)
	}
	return names
}

// query writes resources/<singular>.iql.
func (w *stackWriter) query() string {
	here := "region = '{{ region }}'"
	one := "WHERE " + here + "\n  AND Identifier = '" + w.identifier + "';\n"
	var b strings.Builder
	anchor := func(name, format string, args ...any) {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "/*+ "+name+" */\n"+format, args...)
	}
	if len(w.captured) == 0 {
		anchor("exists", "SELECT COUNT(*) AS count\nFROM %s\n%s", w.shape.Name, one)
	} else {
		anchor("exists", "SELECT %s\nFROM %s\nWHERE %s;\n", strings.Join(quotedColumns(w.captured), ", "), w.shape.Name,
			strings.Join(append([]string{here}, w.found...), "\n  AND "))
	}
	columns, values := []string{}, []string{}
	for _, property := range w.props {
		columns = append(columns, w.writtenColumn(property))
		values = append(values, "'"+w.placeholder(property)+"'")
	}
	columns, values = append(columns, table.RegionColumn), append(values, "'{{ region }}'")
	anchor("create", "INSERT INTO %s (\n%s\n)\nSELECT\n%s;\n", w.shape.Name, lines(columns), lines(values))
	if changed := w.changed(); len(changed) > 0 {
		anchor("update", "UPDATE %s\nSET PatchDocument = string('{{ {\n%s\n} | generate_patch_document }}')\n%s",
			w.shape.Name, "  "+strings.Join(changed, ",\n  "), one)
	}
	anchor("statecheck", "SELECT COUNT(*) AS count\nFROM %s\nWHERE %s;\n", w.shape.Name,
		strings.Join(append([]string{here, "Identifier = '" + w.identifier + "'"}, w.checked()...), "\n  AND "))
	anchor("exports", "SELECT %s\nFROM %s\n%s", strings.Join(quotedColumns(w.exports()), ", "), w.shape.Name, one)
	if w.t.Has(schema.Delete) {
		anchor("delete", "DELETE FROM %s\n%s", w.shape.Name, one)
	}
	return b.String()
}

// changed lists the members of the patch document: what an update may set.
func (w *stackWriter) changed() []string {
	var members []string
	for _, property := range w.props {
		if _, ok := w.values.Changed[property]; ok && w.t.Has(schema.Update) {
			members = append(members, sample.Scalar(property)+": "+w.prop(property))
		}
	}
	return members
}

// checked compares what can be compared as it stands: texts, numbers and truth
// values. The service may add to objects and lists, and order them.
func (w *stackWriter) checked() []string {
	var conditions []string
	for _, property := range w.props {
		column, _ := w.shape.Property(property)
		if w.readable(property) && w.shape.Columns[column].Kind != resource.JSON && w.shape.Columns[column].Part < 0 {
			conditions = append(conditions, w.equals(property))
		}
	}
	return conditions
}

func quotedColumns(names []string) []string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = columnName(name)
	}
	return quoted
}
