package markup

import (
	"fmt"
	"strings"

	"skyql/internal/docgen"
)

func (w *writer) fields() {
	w.printf("## Fields\n\n")
	get := list(w.page.Fields, "")
	if w.page.ListTable == "" {
		w.printf("%s\n", get)
	} else {
		w.tabs("###", []tab{
			{"get", "get (all properties)", get}, {"list", "list (identifiers only)", list(w.page.ListFields, "")},
		})
	}
	w.printf("Added to every table besides the region:\n\n%s\n", list(w.page.Added, ""))
}

// list writes fields as a list, what is inside of one as a list of its own.
func list(fields []docgen.Field, indent string) string {
	var b strings.Builder
	for _, f := range fields {
		fmt.Fprintf(&b, "%s- %s %s", indent, Code(f.Name), f.TypeText())
		for _, mark := range f.Marks {
			fmt.Fprintf(&b, ", **%s**", mark)
		}
		if f.Property != "" && f.Property != f.Name && f.Property != "*" {
			fmt.Fprintf(&b, " (%s)", Code(f.Property))
		}
		b.WriteString("\n")
		if f.Description != "" {
			fmt.Fprintf(&b, "%s  %s\n", indent, Paragraph(f.Description))
		}
		if text := constraints(f.Constraints); text != "" {
			fmt.Fprintf(&b, "\n%s  %s\n\n", indent, text)
		}
		if len(f.Also) > 0 {
			fmt.Fprintf(&b, "\n%s  Also spelt %s.\n\n", indent, codes(f.Also))
		}
		if f.Like != "" {
			fmt.Fprintf(&b, "\n%s  The same again as in %s.\n\n", indent, Code(f.Like))
		}
		b.WriteString(list(f.Children, indent+"  "))
	}
	return b.String()
}

func constraints(all []docgen.Constraint) string {
	var parts []string
	for _, c := range all {
		switch {
		case len(c.Values) > 0:
			parts = append(parts, c.What+": "+codes(c.Values))
		case c.Code:
			parts = append(parts, c.What+": "+Code(c.Text))
		default:
			parts = append(parts, c.What+": "+Inline(c.Text))
		}
	}
	return strings.Join(parts, "; ")
}

func codes(values []string) string {
	written := make([]string, len(values))
	for i, value := range values {
		written[i] = Code(value)
	}
	return strings.Join(written, ", ")
}
