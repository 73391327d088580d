package settings

import (
	"fmt"
	"strings"
	"time"
)

// Clock is the emulator's idea of what time it is. The zero value is the time of
// this machine.
type Clock struct {
	set    bool
	at     time.Time // what it showed
	since  time.Time // when it did, by this machine; for one that runs
	frozen bool
}

const (
	realClock   = "real"
	frozenMark  = ",frozen"
	clockLayout = time.RFC3339Nano
	lastYear    = 9998 // the year after it is the last that texts can have
)

// ParseClock reads "real", or the time that the clock shows now, as
// 2026-01-01T00:00:00Z; it stands still if ",frozen" follows.
func ParseClock(text string) (Clock, error) {
	if text == realClock {
		return Clock{}, nil
	}
	shown, frozen := strings.CutSuffix(text, frozenMark)
	at, err := time.Parse(time.RFC3339, shown)
	if err != nil || at.Year() < 1970 || at.Year() > lastYear {
		return Clock{}, fmt.Errorf("clock %q is not real or a time as 2026-01-01T00:00:00Z, with %s behind if it is to "+
			"stand still", text, frozenMark)
	}
	return ClockAt(at, frozen), nil
}

// ClockAt gives a clock that shows a time now.
func ClockAt(at time.Time, frozen bool) Clock {
	return Clock{set: true, at: at.UTC(), since: time.Now(), frozen: frozen}
}

// Now tells the time.
func (c Clock) Now() time.Time {
	switch {
	case !c.set:
		return time.Now()
	case c.frozen:
		return c.at
	}
	return c.at.Add(time.Since(c.since))
}

// String gives the text that ParseClock reads.
func (c Clock) String() string {
	switch {
	case !c.set:
		return realClock
	case c.frozen:
		return c.at.Format(clockLayout) + frozenMark
	}
	return c.Now().Format(clockLayout)
}

// clockChange is a change of a clock in JSON. Members that are left out change
// nothing.
type clockChange struct {
	Now     *string `json:"now"`
	Advance *string `json:"advance"`
	Frozen  *bool   `json:"frozen"`
}

// change gives the clock that the change makes of this one.
func (c Clock) change(by clockChange) (Clock, error) {
	at, frozen := c.Now(), c.frozen
	if by.Now != nil {
		given, err := ParseClock(*by.Now)
		if err != nil || !given.set || given.frozen {
			return c, fmt.Errorf("now %q is not a time as 2026-01-01T00:00:00Z", *by.Now)
		}
		at = given.at
	}
	if by.Advance != nil {
		step, err := time.ParseDuration(*by.Advance)
		if err != nil || step < 0 {
			return c, fmt.Errorf("advance %q is not a time as 36h, which is not negative", *by.Advance)
		}
		at = at.Add(step)
	}
	if at.Year() > lastYear {
		return c, fmt.Errorf("the clock goes to the year %d only", lastYear)
	}
	if by.Frozen != nil {
		frozen = *by.Frozen
	}
	return ClockAt(at, frozen), nil
}
