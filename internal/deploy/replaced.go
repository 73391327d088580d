package deploy

import (
	"errors"
	"fmt"
	"sync"

	"skyql/internal/stack"
)

// mayBeReplaced says what forbids to replace a resource: nobody allows it, somebody
// protects it, or the file cannot do it.
func (w *worker) mayBeReplaced(why string) error {
	switch {
	case w.r.Protect:
		return fmt.Errorf("%s cannot be changed in place, and it is protected (protect: true) from being deleted and created again", why)
	case !w.d.opts.AllowReplace && !w.r.AllowReplace:
		return fmt.Errorf("%s cannot be changed in place: allow the resource to be deleted and created again with --allow-replace, or with allow_replace: true in the manifest", why)
	case w.query("delete") == nil || w.making() == nil:
		return errors.New("it can only be deleted and created again, for which the file lacks /*+ delete */ or /*+ create */")
	}
	return nil
}

// replaced are the resources that are made anew because what they hang on is. Its
// methods may be called from many goroutines.
type replaced struct {
	mu  sync.Mutex // guards why
	why map[*stack.Resource]reason
}

// reason is why a resource is made anew: by what it hangs on which other.
type reason struct {
	on    *stack.Resource
	bound string
}

func (r reason) String() string {
	return fmt.Sprintf("%s is replaced, on which it hangs by %s", r.on.Name, r.bound)
}

// add keeps the reason; of several, that of the first resource in the manifest.
func (r *replaced) add(dependent *stack.Resource, why reason) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.why == nil {
		r.why = map[*stack.Resource]reason{}
	}
	if known, ok := r.why[dependent]; !ok || why.on.Before(known.on) {
		r.why[dependent] = why
	}
}

// of tells why a resource is made anew; false if it is not for the sake of another.
func (r *replaced) of(dependent *stack.Resource) (reason, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	why, ok := r.why[dependent]
	return why, ok
}
