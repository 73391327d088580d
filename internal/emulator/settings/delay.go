package settings

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

// Delay is a time that may differ from draw to draw. The zero value is none.
//
// Its text is a fixed time, "50ms"; two bounds between which every time is as
// likely, "20ms..200ms"; or the median and the 99th percentile of a log-normal
// distribution, "p50=40ms,p99=400ms", which is about how services behave: mostly
// quick, at times very slow.
type Delay struct {
	low, high time.Duration // the bounds, or the two percentiles
	logNormal bool
}

// Fixed gives a delay that is always the same.
func Fixed(d time.Duration) Delay { return Delay{low: d, high: d} }

const (
	maxDelay = 365 * 24 * time.Hour
	// longest bounds what a log-normal distribution gives, in 99th percentiles: it
	// has no end of its own.
	longest = 10
	// z99 is the 99th percentile of the standard normal distribution.
	z99 = 2.3263478740408408

	medianMark, tailMark, rangeMark = "p50=", "p99=", ".."
)

// ParseDelay reads the text of a Delay.
func ParseDelay(text string) (Delay, error) {
	low, high, logNormal := text, text, false
	if rest, ok := strings.CutPrefix(text, medianMark); ok {
		median, tail, both := strings.Cut(rest, ",")
		if low, high, logNormal = median, strings.TrimPrefix(tail, tailMark), true; !both || high == tail {
			return Delay{}, badDelay(text)
		}
	} else if from, to, ok := strings.Cut(text, rangeMark); ok {
		low, high = from, to
	}
	from, errLow := time.ParseDuration(low)
	to, errHigh := time.ParseDuration(high)
	if errLow != nil || errHigh != nil {
		return Delay{}, badDelay(text)
	}
	d := Delay{from, to, logNormal}
	return d, d.check(text)
}

func badDelay(text string) error {
	return fmt.Errorf("%q is no time; times are as 50ms, 20ms..200ms or p50=40ms,p99=400ms", text)
}

func (d Delay) check(text string) error {
	switch {
	case d.low < 0 || d.high > maxDelay:
		return fmt.Errorf("time %q must be from 0 to a year", text)
	case d.low > d.high:
		return fmt.Errorf("time %q ends before it begins", text)
	case d.logNormal && d.low == 0 && d.high > 0:
		return fmt.Errorf("time %q needs a median above 0", text)
	}
	return nil
}

// IsFixed reports whether every draw is the same.
func (d Delay) IsFixed() bool { return d.low == d.high }

// Draw gives one time.
func (d Delay) Draw() time.Duration {
	switch {
	case d.low == d.high:
		return d.low
	case d.logNormal:
		sigma := math.Log(float64(d.high)/float64(d.low)) / z99
		drawn := float64(d.low) * math.Exp(sigma*rand.NormFloat64())
		return time.Duration(min(drawn, longest*float64(d.high)))
	}
	return d.low + rand.N(d.high-d.low+1)
}

// String gives the text that ParseDelay reads.
func (d Delay) String() string {
	switch {
	case d.logNormal:
		return medianMark + d.low.String() + "," + tailMark + d.high.String()
	case d.low == d.high:
		return d.low.String()
	}
	return d.low.String() + rangeMark + d.high.String()
}
