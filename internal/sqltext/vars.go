package sqltext

import (
	"fmt"
	"regexp"
	"strings"
)

var placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z_][A-Za-z0-9_.]*)\s*\}\}`)

// UndefinedError says that a text wants a variable that nobody set.
type UndefinedError struct {
	Name   string
	Offset int
}

// Error tells how to set it.
func (e *UndefinedError) Error() string {
	return fmt.Sprintf("{{ %s }} has no value; give it with --var %s=…", e.Name, e.Name)
}

// Fill puts variables in for {{ name }}. Inside a string literal or a quoted
// name a quote in the value is doubled, so that a value can never end it.
func Fill(script string, variables map[string]string) (string, error) {
	if !strings.Contains(script, "{{") {
		return script, nil
	}
	var b strings.Builder
	for _, token := range Tokenize(script) {
		filled, err := fillToken(token, variables)
		if err != nil {
			return "", err
		}
		b.WriteString(filled)
	}
	// Outside of literals a placeholder is several tokens.
	return fillAll(b.String(), variables)
}

func fillToken(token Token, variables map[string]string) (string, error) {
	if token.Kind != String && token.Kind != Quoted {
		return token.Text, nil
	}
	quote := token.Text[len(token.Text)-1:]
	var missing error
	text := placeholder.ReplaceAllStringFunc(token.Text, func(match string) string {
		name := placeholder.FindStringSubmatch(match)[1]
		value, ok := variables[name]
		if !ok && missing == nil {
			missing = &UndefinedError{name, token.Start}
		}
		return strings.ReplaceAll(value, quote, quote+quote)
	})
	return text, missing
}

func fillAll(script string, variables map[string]string) (string, error) {
	var b strings.Builder
	tokens := Tokenize(script)
	for i := 0; i < len(tokens); i++ {
		token := tokens[i]
		rest := script[token.Start:]
		match := placeholder.FindStringSubmatchIndex(rest)
		if token.Kind != Symbol || match == nil || match[0] != 0 {
			b.WriteString(token.Text)
			continue
		}
		name := rest[match[2]:match[3]]
		value, ok := variables[name]
		if !ok {
			return "", &UndefinedError{name, token.Start}
		}
		b.WriteString(value)
		for i+1 < len(tokens) && tokens[i+1].Start < token.Start+match[1] {
			i++
		}
	}
	return b.String(), nil
}
