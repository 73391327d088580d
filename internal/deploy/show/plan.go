package show

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"skyql/internal/deploy"
)

// signs stand before what a plan does.
var signs = map[deploy.Action]string{
	deploy.Create: "+", deploy.Update: "~", deploy.Replace: "-/+", deploy.Delete: "-", deploy.Run: ">", deploy.Read: "<", deploy.Nothing: " ",
}

// Plan writes a plan for people. statements adds what would run.
func Plan(w io.Writer, p deploy.Plan, statements bool) error {
	var b bytes.Buffer
	for _, s := range p.Steps {
		planStep(&b, s, statements)
	}
	for _, o := range p.Orphans {
		fmt.Fprintf(&b, "  ! %s is tagged as %s of this stack, and the manifest has no such resource; --prune deletes it\n", o.ARN, o.Resource)
	}
	fmt.Fprintf(&b, "\nPlan for %s in %s: %s.\n", p.Stack, p.Environment, counts(p))
	_, err := w.Write(b.Bytes())
	return err
}

func counts(p deploy.Plan) string {
	var parts []string
	for _, action := range []deploy.Action{deploy.Create, deploy.Update, deploy.Replace, deploy.Delete, deploy.Run} {
		if n := p.Count(action); n > 0 {
			parts = append(parts, fmt.Sprintf("%d to %s", n, action))
		}
	}
	unchanged, failing := 0, 0
	for _, s := range p.Steps {
		switch {
		case s.Error != "":
			failing++
		case s.Action == deploy.Nothing:
			unchanged++
		}
	}
	if len(p.Orphans) > 0 {
		parts = append(parts, fmt.Sprintf("%d no longer in the manifest", len(p.Orphans)))
	}
	if len(parts) == 0 && failing == 0 {
		return "nothing to do"
	}
	if unchanged > 0 {
		parts = append(parts, fmt.Sprintf("%d unchanged", unchanged))
	}
	if failing > 0 {
		parts = append(parts, fmt.Sprintf("%d would fail", failing))
	}
	return strings.Join(parts, ", ")
}

func planStep(b *bytes.Buffer, s deploy.Step, statements bool) {
	fmt.Fprintf(b, "%3s %s", signs[s.Action], s.Resource)
	if s.Type != "" {
		fmt.Fprintf(b, "  %s", s.Type)
	}
	if s.Identifier != "" {
		fmt.Fprintf(b, " %s", s.Identifier)
	}
	if s.Region != "" {
		fmt.Fprintf(b, " in %s", s.Region)
	}
	fmt.Fprintf(b, ": %s\n", words(s))
	for _, c := range s.Changes {
		propertyLine(b, s.Action, c)
	}
	if len(s.NotCompared) > 0 {
		fmt.Fprintf(b, "      ? %s: write-only, cannot be compared\n", strings.Join(s.NotCompared, ", "))
	}
	if statements && s.Statement != "" {
		for line := range strings.Lines(s.Statement) {
			fmt.Fprintf(b, "      | %s\n", strings.TrimRight(line, "\r\n"))
		}
	}
}

func words(s deploy.Step) string {
	text := map[deploy.Action]string{
		deploy.Create: "create", deploy.Update: "update in place", deploy.Replace: "delete, and create again", deploy.Delete: "delete",
		deploy.Run: "run", deploy.Read: "read", deploy.Nothing: "no change",
	}[s.Action]
	if s.Error != "" {
		text = "would fail: " + s.Error
	} else if s.Reason != "" {
		text += " (" + s.Reason + ")"
	}
	return text
}

func propertyLine(b *bytes.Buffer, action deploy.Action, c deploy.PropertyChange) {
	sign, text := "~", ""
	switch {
	case action == deploy.Create || c.Before == nil:
		sign, text = "+", after(c)
	case c.After == nil:
		sign, text = "-", value(c.Before)
	case !c.Known:
		text = value(c.Before) + " -> " + after(c)
	default:
		was, will := apart(string(c.Before), string(c.After))
		text = was + " -> " + will
	}
	fmt.Fprintf(b, "      %s %s: %s", sign, c.Property, text)
	if c.Replacement {
		b.WriteString("  # needs replacement")
	}
	b.WriteByte('\n')
}

func after(c deploy.PropertyChange) string {
	if !c.Known && !strings.HasPrefix(string(c.After), "{") && !strings.HasPrefix(string(c.After), "[") {
		return deploy.KnownLater
	}
	return value(c.After)
}

// widest is how much of a value is shown.
const widest = 200

func value(document json.RawMessage) string { return excerpt(string(document), 0) }

// before is how much is shown of what two long values have in common before they
// differ.
const before = 40

// apart shows where two values differ, as much of them as is shown of one.
func apart(a, b string) (string, string) {
	at := 0
	for x, y := []rune(a), []rune(b); at < min(len(x), len(y)) && x[at] == y[at]; at++ {
	}
	return excerpt(a, at-before), excerpt(b, at-before)
}

// excerpt gives the part of a long text from some place on.
func excerpt(text string, from int) string {
	runes := []rune(text)
	if len(runes) <= widest {
		return text
	}
	start := min(max(from, 0), len(runes)-widest)
	text = string(runes[start:][:widest])
	if start > 0 {
		text = "…" + text
	}
	if start+widest < len(runes) {
		text += "…"
	}
	return text
}

// JSON writes a plan or report as a JSON document.
func JSON(w io.Writer, document any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(document)
}
