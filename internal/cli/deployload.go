package cli

import (
	"context"
	"strings"
	"sync"

	"skyql/internal/deploy"
	"skyql/internal/stack"
)

// convert gives properties of patch documents the types of their schemas. The
// session that does it serves one at a time.
func (d *deployment) convert(ctx context.Context) func(table, property string, value any) (any, error) {
	var mu sync.Mutex
	return func(table, property string, value any) (any, error) {
		mu.Lock()
		defer mu.Unlock()
		return d.c.ConvertProperty(ctx, table, property, value)
	}
}

// loadStack reads the stack and the variables that it gets.
func (a *app) loadStack(
	o *deployOptions, dir, env string, convert func(table, property string, value any) (any, error),
) (*stack.Stack, *stack.Variables, error) {
	if env == "" || strings.ContainsAny(env, "/\\ \t\n") {
		return nil, nil, usage("%q is not the name of an environment", env)
	}
	external, err := o.external()
	if err != nil {
		return nil, nil, err
	}
	o.hidden = deploy.NewSecrets(o.secrets()...)
	a.mask = o.hidden.Mask
	s, err := stack.Load(dir)
	if s != nil { // what looks mistyped may be what is at fault
		for _, warning := range s.Warnings {
			a.warn("%s", warning)
		}
	}
	if err != nil {
		return nil, nil, err
	}
	vars, err := stack.NewVariables(s, env, external, stack.VariableOptions{
		Lenient: o.lenient, Convert: convert, Secret: o.hidden.Is, OnSecret: o.hidden.Derived,
	})
	if err != nil {
		return nil, nil, err
	}
	o.hidden.AddGlobals(s, vars)
	return s, vars, checkProps(s, vars)
}

// external reads the env file, which may be missing, and -e.
func (o *deployOptions) external() (values map[string]string, err error) {
	if o.outside != nil {
		return o.outside, nil
	}
	for i, text := range o.variables {
		if name, _, ok := strings.Cut(text, "="); !ok || strings.TrimSpace(name) == "" {
			return nil, usage("-e wants NAME=VALUE; number %d of them is not", i+1)
		}
	}
	o.outside, err = stack.ReadExternal(o.envFile, o.variables)
	return o.outside, err
}

// secrets are the variables from outside that are called like secrets.
func (o *deployOptions) secrets() []string {
	values, err := o.external()
	if err != nil {
		return nil // loading the stack has told of it
	}
	var secret []string
	for name, value := range values {
		if stack.SecretName(name) {
			secret = append(secret, value)
		}
	}
	return secret
}
