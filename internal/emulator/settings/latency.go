package settings

import (
	"fmt"
	"strings"
)

// Latency is how long calls take at least.
type Latency struct {
	Where
	Delay Delay
}

// ParseLatency reads TIME or WHERE=TIME.
func ParseLatency(text string) (Latency, error) {
	var l Latency
	value := text
	// "p50=" is the beginning of a time and no place.
	if place, rest, ok := strings.Cut(text, "="); ok && !strings.HasPrefix(text, medianMark) {
		where, err := parseWhere(place)
		if err != nil {
			return l, fmt.Errorf("latency %q: %w", text, err)
		}
		l.Where, value = where, rest
	}
	delay, err := ParseDelay(value)
	if err != nil {
		return l, fmt.Errorf("latency: %w", err)
	}
	l.Delay = delay
	return l, nil
}

// String gives the text that ParseLatency reads.
func (l Latency) String() string { return l.prefix() + l.Delay.String() }
