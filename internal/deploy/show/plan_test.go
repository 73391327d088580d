package show_test

import (
	"encoding/json"
	"strings"
	"testing"

	"skyql/internal/deploy"
	"skyql/internal/deploy/show"
)

// Of long values a plan shows where they differ.
func TestLongValuesDiffer(t *testing.T) {
	t.Parallel()
	rules := func(port string) json.RawMessage {
		return json.RawMessage(`[` + strings.Repeat(`{"IpProtocol":"tcp","FromPort":443},`, 20) + `{"IpProtocol":"tcp","FromPort":` + port + `},` +
			strings.Repeat(`{"IpProtocol":"udp","FromPort":53},`, 20) + `{}]`)
	}
	var b strings.Builder
	err := show.Plan(&b, deploy.Plan{Stack: "s", Environment: "dev", Steps: []deploy.Step{{
		Resource: "group", Action: deploy.Update, Changes: []deploy.PropertyChange{
			{Property: "Rules", Before: rules("22"), After: rules("8022"), Known: true},
			{Property: "Name", Before: json.RawMessage(`"a"`), After: json.RawMessage(`"b"`), Known: true},
		},
	}}}, false)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	was, will, ok := strings.Cut(lines[1], " -> ")
	if !ok || !strings.Contains(was, `"FromPort":22}`) || !strings.Contains(will, `"FromPort":8022}`) || len([]rune(lines[1])) > 450 {
		t.Errorf("have %s", lines[1])
	}
	if want := `      ~ Name: "a" -> "b"`; lines[2] != want {
		t.Errorf("want %s, have %s", want, lines[2])
	}
}
