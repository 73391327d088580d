package generate

import (
	"math/rand/v2"
	"strings"
	"time"

	"skyql/internal/resource"
)

// What stands for the caller's account and region where none is given.
const (
	defaultAccount = "123456789012"
	defaultRegion  = resource.Region("us-east-1")
)

// call is one run of a plan: for one resource in one place.
type call struct {
	n uint64 // the number of the resource, or a hash of its seed

	partition, suffix, region, account string

	name  string         // what the resource is called
	id    string         // what tells it from others in its ARN
	model map[string]any // what is known of it, may be nil
	now   time.Time

	buffer []byte // for the text that is being written
}

// maker gives the value of one property.
type maker func(c *call) any

func newCall(n uint64, scope resource.Scope) call {
	if scope.Region == "" {
		scope.Region = defaultRegion
	}
	if scope.Account == "" {
		scope.Account = defaultAccount
	}
	partition := resource.PartitionOf(scope.Region)
	return call{
		n: n, partition: partition.Name, suffix: partition.DNSSuffix,
		region: string(scope.Region), account: scope.Account,
	}
}

// property gives a top-level string of the model, or "".
func (c *call) property(name string) string {
	text, _ := c.model[name].(string)
	return text
}

// randomness starts the resource's own sequence for the place with that salt.
// Different numbers begin with different values.
func (c *call) randomness(salt uint64) (random rand.PCG) {
	random.Seed(c.n, salt)
	return random
}

// hash is FNV-1a over the parts with a border between them.
func hash(parts ...string) uint64 {
	h := uint64(14695981039346656037)
	for _, part := range parts {
		for i := range len(part) {
			h = (h ^ uint64(part[i])) * 1099511628211
		}
		h = (h ^ 0xff) * 1099511628211
	}
	return h
}

// lastSegment gives what stands behind the last "/" or ":".
func lastSegment(text string) string {
	return text[strings.LastIndexAny(text, "/:")+1:]
}
