package generate

import (
	"sync"
	"time"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

// Generator makes values for one resource type. It plans them when it is first
// asked. Its methods may be called from many goroutines.
type Generator struct {
	t       *schema.ResourceType
	desired func() desiredPlan
	filling func() *fillingPlan
}

// Options says what a desired state holds beyond what the schema demands.
type Options struct {
	Rich  bool           // also a few everyday optional properties
	Scope resource.Scope // the place that ARNs and zones name; 123456789012 in us-east-1 if empty
}

// New gives the generator of a type. Keep it where many resources are wanted.
func New(t *schema.ResourceType) *Generator {
	desired := sync.OnceValue(func() desiredPlan { return planDesired(t) })
	return &Generator{
		t: t, desired: desired,
		filling: sync.OnceValue(func() *fillingPlan { return planFilling(t, desired().plain) }),
	}
}

// Desired makes the n-th desired state of the type: the properties that the
// schema demands, names, and the parts of the primary identifier that a caller
// may set. It differs from every other n in all that identifies the resource,
// as far as the schema leaves room. An error says that no value was found for
// something that the schema demands.
func (g *Generator) Desired(n int, opts Options) (map[string]any, error) {
	plan := g.desired()
	if plan.err != nil {
		return nil, plan.err
	}
	c := newCall(uint64(n), opts.Scope)
	c.now = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC) // some day, but always the same
	c.name = nameOf(plan.thing, c.n)
	if opts.Rich {
		return plan.rich(&c).(map[string]any), nil
	}
	return plan.plain(&c).(map[string]any), nil
}

// ReadOnly adds to a model what the service would: the read-only properties
// that are missing, nested ones where their parent is there, and those parts
// of the primary identifier that the service makes up if the caller leaves them
// out. What is there stays. The seed tells resources of one type and scope
// apart; the same seed gives the same values.
func (g *Generator) ReadOnly(model map[string]any, scope resource.Scope, seed string, now time.Time) {
	c := newCall(hash(string(g.t.Name), scope.Account, string(scope.Region), seed), scope)
	c.model, c.now = model, now
	g.filling().fill(&c)
}

// Desired is New and Generator.Desired in one, for a single resource.
func Desired(t *schema.ResourceType, n int, opts Options) (map[string]any, error) {
	return New(t).Desired(n, opts)
}

// ReadOnly is New and Generator.ReadOnly in one, for a single resource.
func ReadOnly(t *schema.ResourceType, model map[string]any, scope resource.Scope, seed string, now time.Time) {
	New(t).ReadOnly(model, scope, seed, now)
}
