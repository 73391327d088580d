package settings

import (
	"fmt"
	"strings"
	"time"

	"skyql/internal/resource"
)

// Stabilize is how long a change is in progress.
type Stabilize struct {
	Type  resource.TypeName // the one type that it is for; "" for all
	Delay Delay
}

// ParseStabilize reads TIME or TYPE=TIME.
func ParseStabilize(text string) (Stabilize, error) {
	var s Stabilize
	value := text
	if name, rest, ok := strings.Cut(text, "="); ok && !strings.HasPrefix(text, medianMark) {
		parsed, err := resource.ParseTypeName(name)
		if err != nil {
			return s, fmt.Errorf("stabilization %q: %w", text, err)
		}
		s.Type, value = parsed, rest
	}
	delay, err := ParseDelay(value)
	if err != nil {
		return s, fmt.Errorf("stabilization: %w", err)
	}
	s.Delay = delay
	return s, nil
}

// String gives the text that ParseStabilize reads.
func (s Stabilize) String() string {
	if s.Type == "" {
		return s.Delay.String()
	}
	return string(s.Type) + "=" + s.Delay.String()
}

// StabilizeTime gives how long a change to the type is in progress that begins
// now. What is no change, "", takes the same time whenever it is asked for.
func (s Settings) StabilizeTime(name resource.TypeName) time.Duration {
	var delay Delay
	ofType := false
	for _, rule := range s.Stabilize {
		if rule.Type == name || rule.Type == "" && !ofType {
			delay, ofType = rule.Delay, rule.Type != ""
		}
	}
	if name == "" && !delay.IsFixed() {
		return 0
	}
	return delay.Draw()
}
