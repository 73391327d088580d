package settings

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Rate is how many calls may be made per second; further ones are throttled.
type Rate struct {
	Where
	PerSecond float64 // 0 for no bound
}

// ParseRate reads NUMBER or WHERE=NUMBER.
func ParseRate(text string) (Rate, error) {
	where, value, err := parseLimit("rate", text)
	return Rate{where, value}, err
}

func (r Rate) check() error {
	if !(r.PerSecond >= 0) { // also when it is not a number
		return fmt.Errorf("rate %v must not be negative", r)
	}
	return r.Where.check()
}

// String gives the text that ParseRate reads.
func (r Rate) String() string { return r.prefix() + number(r.PerSecond) }

// Burst is how many of the calls that a Rate lets pass may come at once after a
// pause.
type Burst struct {
	Where
	Calls int // 0 for what a quarter of a second lets pass, but at least 5
}

// ParseBurst reads NUMBER or WHERE=NUMBER.
func ParseBurst(text string) (Burst, error) {
	where, value, err := parseLimit("burst", text)
	if err == nil && (value != math.Trunc(value) || value > math.MaxInt32) {
		err = fmt.Errorf("burst %q must be a whole number", text)
	}
	if err != nil {
		return Burst{}, err
	}
	return Burst{where, int(value)}, nil
}

// String gives the text that ParseBurst reads.
func (b Burst) String() string { return b.prefix() + strconv.Itoa(b.Calls) }

func parseLimit(what, text string) (where Where, value float64, err error) {
	digits := text
	if place, rest, ok := strings.Cut(text, "="); ok {
		if where, err = parseWhere(place); err != nil {
			return where, 0, fmt.Errorf("%s %q: %w", what, text, err)
		}
		digits = rest
	}
	value, err = strconv.ParseFloat(digits, 64)
	if err != nil || !(value >= 0) || math.IsInf(value, 0) {
		return where, 0, fmt.Errorf("%s %q is not NUMBER or WHERE=NUMBER, as 20, write=5 or @eu-west-1=5; "+
			"the number is not negative", what, text)
	}
	return where, value, nil
}

// number gives the shortest text of a number.
func number(value float64) string { return strconv.FormatFloat(value, 'g', -1, 64) }
