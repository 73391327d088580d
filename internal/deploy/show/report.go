package show

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"skyql/internal/deploy"
)

// Report writes what a test found for people.
func Report(w io.Writer, r deploy.Report) error {
	var b bytes.Buffer
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%-9s %s", f.Status, f.Resource)
		if f.Identifier != "" {
			fmt.Fprintf(&b, "  %s %s", f.Type, f.Identifier)
		}
		if f.Message != "" {
			fmt.Fprintf(&b, ": %s", f.Message)
		}
		b.WriteByte('\n')
		for _, c := range f.Changes {
			is, should := bothOf(c)
			fmt.Fprintf(&b, "            %s: is %s, should be %s\n", c.Property, is, should)
		}
	}
	fmt.Fprintf(&b, "\n%s in %s%s.\n", r.Stack, r.Environment, verdict(r))
	_, err := w.Write(b.Bytes())
	return err
}

// verdict says in a few words what was found.
func verdict(r deploy.Report) string {
	n := map[deploy.Status]int{}
	for _, f := range r.Findings {
		n[f.Status]++
	}
	text := " is as it should be"
	switch {
	case !r.Good():
		var parts []string
		for _, part := range []struct {
			status deploy.Status
			what   string
		}{
			{deploy.Missing, "missing"}, {deploy.Different, "not as it should be"}, {deploy.Unknown, "that could not be checked"},
			{deploy.OK, "as it should be"},
		} {
			if n[part.status] > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n[part.status], part.what))
			}
		}
		text = ": " + strings.Join(parts, ", ")
	case n[deploy.OK] == 0 && len(r.Findings) > 0:
		return ": nothing could be checked"
	}
	if n[deploy.Skipped] > 0 {
		text += fmt.Sprintf(", but for %d that %s not checked", n[deploy.Skipped], map[bool]string{true: "was", false: "were"}[n[deploy.Skipped] == 1])
	}
	return text
}

// bothOf shows what a property is and should be.
func bothOf(c deploy.PropertyChange) (is, should string) {
	is, should = apart(string(c.Before), string(c.After))
	return cmp.Or(is, "not there"), cmp.Or(should, "not there")
}

// suite is a report in the form that most CI systems read.
//
// https://github.com/testmoapp/junitxml
type suite struct {
	XMLName  xml.Name   `xml:"testsuite"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Cases    []testcase `xml:"testcase"`
}

type testcase struct {
	Name    string   `xml:"name,attr"`
	Class   string   `xml:"classname,attr"`
	Failure *problem `xml:"failure"`
	Error   *problem `xml:"error"`
	Skipped *problem `xml:"skipped"`
}

type problem struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes a report as JUnit's XML.
func JUnit(w io.Writer, r deploy.Report) error {
	s := suite{Name: r.Stack + " in " + r.Environment, Tests: len(r.Findings)}
	for _, f := range r.Findings {
		c := testcase{Name: f.Resource, Class: r.Stack + "." + r.Environment}
		p := &problem{Message: f.Message}
		var lines []string
		for _, change := range f.Changes {
			is, should := bothOf(change)
			lines = append(lines, fmt.Sprintf("%s: is %s, should be %s", change.Property, is, should))
		}
		p.Text = strings.Join(lines, "\n")
		switch f.Status {
		case deploy.Missing, deploy.Different:
			c.Failure, s.Failures = p, s.Failures+1
		case deploy.Unknown:
			c.Error, s.Errors = p, s.Errors+1
		case deploy.Skipped:
			c.Skipped, s.Skipped = p, s.Skipped+1
		}
		s.Cases = append(s.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(s); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
