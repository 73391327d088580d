package sts

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"sync"

	"skyql/internal/emulator/protocol"
)

func validationError(message string) protocol.Reply {
	return protocol.QueryError(http.StatusBadRequest, "ValidationError", message)
}

// violations are the constraints that parameters fail, worded as STS does.
type violations []string

// form is a pattern that a parameter must match from its begin to its end.
type form struct {
	shown    string
	compiled func() *regexp.Regexp // made when first wanted
}

func newForm(pattern string) form {
	return form{pattern, sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:` + pattern + `)$`) })}
}

var (
	nameForm      = newForm(`[\w+=,.@-]*`)
	externalForm  = newForm(`[\w+=,.@:\/-]*`)
	accessKeyForm = newForm(`[\w]*`)
	arnForm       = newForm(`[\x{0009}\x{000A}\x{000D}\x{0020}-\x{007E}\x{0085}\x{00A0}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]+`)
)

func (v *violations) add(shown, name, rule string) {
	*v = append(*v, "Value "+shown+" at '"+memberName(name)+"' failed to satisfy constraint: Member must "+rule)
}

// memberName is how a parameter is called in messages.
func memberName(parameter string) string { return string(parameter[0]|0x20) + parameter[1:] }

// check checks a parameter that must be there.
func (v *violations) check(values url.Values, name string, shortest, longest int, f form) {
	value := values.Get(name)
	if !values.Has(name) {
		v.add("null", name, "not be null")
		return
	}
	shown := "'" + value + "'"
	if !f.compiled().MatchString(value) {
		v.add(shown, name, "satisfy regular expression pattern: "+f.shown)
	}
	switch length := len([]rune(value)); {
	case length < shortest:
		v.add(shown, name, "have length greater than or equal to "+strconv.Itoa(shortest))
	case length > longest:
		v.add(shown, name, "have length less than or equal to "+strconv.Itoa(longest))
	}
}

func (v *violations) checkOptional(values url.Values, name string, shortest, longest int, f form) {
	if values.Has(name) {
		v.check(values, name, shortest, longest, f)
	}
}

// checkNumber reads a number that need not be there.
func (v *violations) checkNumber(values url.Values, name string, least, most, otherwise int) int {
	if !values.Has(name) {
		return otherwise
	}
	shown := "'" + values.Get(name) + "'"
	n, err := strconv.Atoi(values.Get(name))
	switch {
	case err != nil:
		v.add(shown, name, "be a number")
	case n < least:
		v.add(shown, name, "have value greater than or equal to "+strconv.Itoa(least))
	case n > most:
		v.add(shown, name, "have value less than or equal to "+strconv.Itoa(most))
	}
	return n
}

// refusal replies with all of them, nil if there are none.
func (v violations) refusal() *protocol.Reply {
	if len(v) == 0 {
		return nil
	}
	message := strconv.Itoa(len(v)) + " validation error"
	if len(v) > 1 {
		message += "s"
	}
	message += " detected: "
	for i, violation := range v {
		if i > 0 {
			message += "; "
		}
		message += violation
	}
	out := validationError(message)
	return &out
}
