package store

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

// arnFormsText says how the ARNs of types are made whose models hold none.
//
//go:embed arnforms.txt
var arnFormsText string

var arnForms = sync.OnceValue(func() map[resource.TypeName]string {
	forms := map[resource.TypeName]string{}
	for line := range strings.Lines(arnFormsText) {
		if fields := strings.Fields(line); len(fields) == 2 && fields[0] != "#" {
			forms[resource.TypeName(fields[0])] = fields[1]
		}
	}
	return forms
})

// arnForm is how the ARN of a resource is made from its model, and taken apart.
type arnForm struct {
	pieces []string      // of text, which may name account and region
	paths  []schema.Path // of the values between the pieces
	shape  *regexp.Regexp
}

// newARNForm finds out how resources of a type get their ARNs, or gives nil: by a
// property that holds it, or by the table.
func newARNForm(t *schema.ResourceType) *arnForm {
	if id := t.PrimaryIdentifier; len(id) == 1 && len(id[0]) == 1 && isARN(id[0][0]) {
		return parseARNForm("{" + id[0][0] + "}")
	}
	held, thing := "", strings.ToLower(t.Name.Thing())
	for _, path := range t.ReadOnly {
		// The name is Arn, BucketArn for a Bucket, or WorkflowArn for a
		// MatchingWorkflow; the shortest says the most clearly that it is of this.
		name := path[0]
		if len(path) == 1 && isARN(name) && strings.HasSuffix(thing, strings.ToLower(name[:len(name)-len("Arn")])) &&
			(held == "" || len(name) < len(held)) {
			held = name
		}
	}
	if held != "" {
		return parseARNForm("{" + held + "}")
	}
	form, ok := arnForms()[t.Name]
	if !ok {
		return nil
	}
	if !strings.HasPrefix(form, "{") {
		form = "arn:{partition}:" + form
	}
	return parseARNForm(strings.ReplaceAll(form, "{here}", "{region}:{account}"))
}

// isARN reports whether a property is called an ARN.
func isARN(name string) bool { return strings.HasSuffix(strings.ToLower(name), "arn") }

var placeholder = regexp.MustCompile(`\{[^}]+\}`)

// parseARNForm reads a line of the table. Where a value ends is told by the text
// behind it; the last value takes all that is left.
func parseARNForm(text string) *arnForm {
	f := &arnForm{}
	piece, expression := "", strings.Builder{}
	for text != "" {
		at := placeholder.FindStringIndex(text)
		if at == nil {
			at = []int{len(text), len(text)}
		}
		piece += text[:at[0]]
		expression.WriteString(regexp.QuoteMeta(text[:at[0]]))
		name := strings.Trim(text[at[0]:at[1]], "{}")
		text = text[at[1]:]
		switch name {
		case "":
		case "partition", "region", "account":
			piece += "{" + name + "}"
			expression.WriteString(`[^:]*`)
		default:
			f.pieces, piece = append(f.pieces, piece), ""
			f.paths = append(f.paths, schema.ParsePath(name))
			expression.WriteString(`(.+?)`)
		}
	}
	f.pieces = append(f.pieces, piece)
	f.shape = regexp.MustCompile(`^` + expression.String() + `$`)
	return f
}

// arns are the ARNs of one form in one account and region.
type arns struct {
	*arnForm
	pieces []string // with account and region filled in
}

// in fills account and region in.
func (f *arnForm) in(scope resource.Scope) arns {
	fill := strings.NewReplacer("{partition}", resource.PartitionOf(scope.Region).Name,
		"{region}", string(scope.Region), "{account}", scope.Account)
	pieces := make([]string, len(f.pieces))
	for i, piece := range f.pieces {
		pieces[i] = fill.Replace(piece)
	}
	return arns{f, pieces}
}

// make joins the values, of which there are as many as paths.
func (a arns) make(values []string) string {
	if len(values) == 1 && a.pieces[0] == "" && a.pieces[1] == "" {
		return values[0]
	}
	var b strings.Builder
	for i, piece := range a.pieces {
		b.WriteString(piece)
		if i < len(values) {
			b.WriteString(values[i])
		}
	}
	return b.String()
}

// cut is the inverse: it gives the values in an ARN, if it can be one of these.
func (a arns) cut(arn string) ([]string, bool) {
	found := a.shape.FindStringSubmatch(arn)
	if found == nil || a.make(found[1:]) != arn {
		return nil, false
	}
	return found[1:], true
}
