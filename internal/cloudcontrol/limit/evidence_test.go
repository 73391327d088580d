package limit

import (
	"math"
	"math/rand/v2"
	"testing"
)

// What was seen tells what the service takes, whether or not it refuses a share of
// the calls at any rate.
func TestCapacity(t *testing.T) {
	t.Parallel()
	type seen struct {
		perSecond       float64
		passed, refused int
	}
	for name, test := range map[string]struct {
		seen []seen
		// Between what the likeliest is, and whether far more may be.
		least, most float64
		open        bool
	}{
		"nothing":                     {nil, leastRate, leastRate, true},
		"all pass":                    {[]seen{{20, 100, 0}}, 19, 21, true},
		"half of twice as many":       {[]seen{{40, 50, 50}}, 19, 21, false},
		"more is refused when faster": {[]seen{{10, 50, 0}, {20, 50, 0}, {40, 50, 50}, {80, 10, 30}}, 19, 21, false},
		"a tenth at any rate":         {[]seen{{5, 45, 5}, {20, 45, 5}, {80, 90, 10}}, 60, 100, true},
		"one throttle of many":        {[]seen{{50, 99, 1}}, 40, 60, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var e evidence
			for _, s := range test.seen {
				e.add(s.perSecond, s.passed, s.refused)
			}
			likely, most := e.capacity()
			if likely < test.least || likely > test.most {
				t.Errorf("likeliest is %g, want %g to %g", likely, test.least, test.most)
			}
			if open := most > openRate; open != test.open {
				t.Errorf("at most %g", most)
			}
		})
	}
}

// A capacity is found from calls at rates around it.
func TestCapacityIsFoundAnywhere(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 0))
		capacity := math.Exp(random.Float64() * math.Log(500))
		var e evidence
		for _, factor := range []float64{0.5, 0.8, 1.5, 2, 4} {
			for range 50 {
				if random.Float64() < 1/factor {
					e.add(capacity*factor, 1, 0)
				} else {
					e.add(capacity*factor, 0, 1)
				}
			}
		}
		if likely, most := e.capacity(); likely < capacity*0.6 || likely > capacity*1.5 || most < likely {
			t.Errorf("seed %d: %g per second are taken, thought %g, at most %g", seed, capacity, likely, most)
		}
	}
}

// What was seen long ago has no weight.
func TestEvidenceFades(t *testing.T) {
	t.Parallel()
	var e evidence
	e.add(40, 50, 50)
	e.fade(0, 20*staleness)
	e.add(100, 10, 0)
	if likely, most := e.capacity(); likely < 90 || most < openRate {
		t.Errorf("thought %g, at most %g", likely, most)
	}
}
