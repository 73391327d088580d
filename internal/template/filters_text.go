package template

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

var textFilters = map[string]filter{
	"upper":              {"", ofText(strings.ToUpper)},
	"lower":              {"", ofText(strings.ToLower)},
	"capitalize":         {"", ofText(capitalize)},
	"title":              {"", ofText(title)},
	"string":             {"", ofText(func(s string) string { return s })},
	"as_str":             {"", ofText(func(s string) string { return s })},
	"urlencode":          {"", urlEncode("/")},
	"urlencode_strict":   {"", urlEncode("")},
	"trim":               {"chars?", trim},
	"trim_start":         {"", ofText(func(s string) string { return strings.TrimLeftFunc(s, unicode.IsSpace) })},
	"trim_end":           {"", ofText(func(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) })},
	"trim_start_matches": {"pat", trimMatches(strings.CutPrefix)},
	"trim_end_matches":   {"pat", trimMatches(strings.CutSuffix)},
	"replace":            {"from/old to/new count?", replace},
	"split":              {"pat/sep?", split},
	"truncate":           {"length? end?", truncate},
	"indent":             {"width/prefix? first? blank?", indent},
	"wordcount":          {"", wordCount},
}

func ofText(f func(string) string) func(any, arguments) (any, error) {
	return func(in any, a arguments) (any, error) {
		text, err := a.run.text(in)
		if err != nil {
			return nil, err
		}
		return f(text), nil
	}
}

func capitalize(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if first == utf8.RuneError {
		return s // empty, or no text
	}
	return string(unicode.ToUpper(first)) + strings.ToLower(s[size:])
}

// title begins each word with a capital; words are of letters and digits, and of
// apostrophes inside.
func title(s string) string {
	inside := false
	return strings.Map(func(r rune) rune {
		isWord := unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' && inside
		defer func() { inside = isWord }()
		if isWord && !inside {
			return unicode.ToUpper(r)
		}
		return unicode.ToLower(r)
	}, s)
}

func trim(in any, a arguments) (any, error) {
	text, err := a.run.text(in)
	if err != nil {
		return nil, err
	}
	if !a.has("chars") {
		return strings.TrimSpace(text), nil
	}
	chars, err := a.text("chars", "")
	return strings.Trim(text, chars), err
}

func trimMatches(cut func(s, affix string) (string, bool)) func(any, arguments) (any, error) {
	return func(in any, a arguments) (any, error) {
		text, err := a.run.text(in)
		if err != nil {
			return nil, err
		}
		pattern, err := a.text("pat", "")
		if err != nil || pattern == "" {
			return text, err
		}
		for {
			rest, found := cut(text, pattern)
			if !found {
				return text, nil
			}
			text = rest
		}
	}
}

func replace(in any, a arguments) (any, error) {
	text, err := a.run.text(in)
	if err != nil {
		return nil, err
	}
	from, err := a.text(firstOf(a, "from", "old"), "")
	if err != nil {
		return nil, err
	}
	to, err := a.text(firstOf(a, "to", "new"), "")
	if err != nil {
		return nil, err
	}
	count, err := a.int("count", -1)
	if err != nil {
		return nil, err
	}
	if n := strings.Count(text, from); n*len(to) > maxText {
		return nil, tooLong()
	}
	return strings.Replace(text, from, to, count), nil
}

// firstOf gives the name that the arguments have.
func firstOf(a arguments, name, other string) string {
	if a.has(name) {
		return name
	}
	return other
}

func split(in any, a arguments) (any, error) {
	text, err := a.run.text(in)
	if err != nil {
		return nil, err
	}
	pattern, err := a.text(firstOf(a, "pat", "sep"), "")
	if err != nil {
		return nil, err
	}
	if strings.Count(text, pattern) > maxItems {
		return nil, fmt.Errorf("more than %d parts", maxItems)
	}
	parts := strings.Fields(text)
	if pattern != "" {
		parts = strings.Split(text, pattern)
	}
	list := make([]any, len(parts))
	for i, part := range parts {
		list[i] = part
	}
	return list, nil
}

// truncate is Tera's: so many characters, and the end behind them.
func truncate(in any, a arguments) (any, error) {
	text, err := a.run.text(in)
	if err != nil {
		return nil, err
	}
	n, err := a.int("length", 255)
	if err != nil {
		return nil, err
	}
	end, err := a.text("end", "…")
	characters := []rune(text)
	if n < 0 || len(characters) <= n {
		return text, err
	}
	return string(characters[:n]) + end, err
}

func indent(in any, a arguments) (any, error) {
	text, err := a.run.text(in)
	if err != nil {
		return nil, err
	}
	prefix, isText := a.values["width"].(string)
	if !isText {
		width, err := a.int("width", 4)
		if err != nil {
			return nil, err
		}
		if width < 0 || width > 1000 {
			return nil, errors.New("width is 0 to 1000")
		}
		prefix = strings.Repeat(" ", width)
	}
	if strings.Count(text, "\n")*len(prefix) > maxText {
		return nil, tooLong()
	}
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		if (i > 0 || truthy(a.values["first"])) && (strings.TrimSpace(line) != "" || truthy(a.values["blank"])) {
			lines[i] = prefix + line
		}
	}
	return strings.Join(lines, ""), nil
}

func wordCount(in any, a arguments) (any, error) {
	text, err := a.run.text(in)
	return len(strings.Fields(text)), err
}

// urlEncode leaves some characters alone besides the unreserved ones.
func urlEncode(keep string) func(any, arguments) (any, error) {
	return ofText(func(s string) string {
		encoded := strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
		for _, c := range keep {
			encoded = strings.ReplaceAll(encoded, url.QueryEscape(string(c)), string(c))
		}
		return encoded
	})
}
