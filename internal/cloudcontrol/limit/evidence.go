package limit

import "math"

// evidence is what became of the calls of late, by the rate at which they went out.
// From it follows what the service takes. It is thought to refuse what goes beyond
// a rate, its capacity, and a share of the rest at any rate, as it does when it
// passes on the throttles of a service behind it, which others use as well: to go
// slower would not help against those.
type evidence [buckets]struct{ passed, refused float64 }

const (
	// Rates are told apart by a step, from leastRate on; beyond the last of them
	// there is no limit.
	leastRate = 0.25
	buckets   = 185
	step      = 1.047
	// halfLife is after how many calls those before weigh half, staleness after how
	// many seconds.
	halfLife, staleness = 100, 600
	// traceless is how many calls have no weight any more.
	traceless = 0.05
	// doubt is by how much, as a logarithm of likelihood, a rate may be less likely
	// than the likeliest to be tried.
	doubt = 1
	// shy is how much less likely each share is that is refused at any rate, before
	// anything was seen.
	shy = 6
)

// shares are those that may be refused at any rate; one in a hundred is of any
// service: a throttle now and then says nothing.
var shares = [...]float64{0.01, 0.03, 0.06, 0.1, 0.15, 0.2, 0.26, 0.33, 0.41, 0.5, 0.6, 0.7, 0.8}

// chances has the logarithms of the chances that a call passes and that it is
// refused, by the share and by how many steps the rate is beyond the capacity.
var chances = func() (chances [len(shares)][buckets]struct{ passed, refused float64 }) {
	for s, share := range shares {
		for beyond := range buckets {
			passes := (1 - share) * math.Pow(step, -float64(beyond))
			chances[s][beyond].passed, chances[s][beyond].refused = math.Log(passes), math.Log(1-passes)
		}
	}
	return chances
}()

func bucketOf(perSecond float64) int {
	at := math.Round(math.Log(perSecond/leastRate) / math.Log(step))
	return int(min(max(at, 0), buckets-1))
}

func rateOf(bucket int) float64 { return leastRate * math.Pow(step, float64(bucket)) }

// fade lets what is known weigh less, after some more calls in some time.
func (e *evidence) fade(calls int, seconds float64) {
	weight := math.Exp2(-float64(calls)/halfLife - seconds/staleness)
	for i := range e {
		e[i].passed *= weight
		e[i].refused *= weight
	}
}

func (e *evidence) add(perSecond float64, passed, refused int) {
	at := &e[bucketOf(perSecond)]
	at.passed += float64(passed)
	at.refused += float64(refused)
}

// capacity gives how many calls per second the service most likely takes, and the
// most that it may well take. Of capacities that explain equally well what was seen
// the lowest is the likeliest: nothing speaks for more.
func (e *evidence) capacity() (likely, most float64) {
	var seen []int
	for i, at := range e {
		if at.passed+at.refused >= traceless {
			seen = append(seen, i)
		}
	}
	var fits [buckets]float64
	likeliest := 0
	for capacity := range fits {
		fits[capacity] = e.fit(seen, capacity)
		if fits[capacity] > fits[likeliest]+1e-9 {
			likeliest = capacity
		}
	}
	highest := buckets - 1
	for fits[highest] < fits[likeliest]-doubt {
		highest--
	}
	return rateOf(likeliest), rateOf(highest)
}

// fit tells how likely a capacity is by what was seen, with the share of throttles
// at any rate that suits it best, as a logarithm.
func (e *evidence) fit(seen []int, capacity int) float64 {
	best := math.Inf(-1)
	for s, share := range shares {
		fit := -shy * share
		for _, i := range seen {
			chance := &chances[s][max(0, i-capacity)]
			fit += e[i].passed*chance.passed + e[i].refused*chance.refused
		}
		best = max(best, fit)
	}
	return best
}
