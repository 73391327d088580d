package deploy

import (
	"encoding/json"
	"strings"

	"skyql/internal/diff"
	"skyql/internal/stack"
)

// shown makes differences fit to be seen.
func (d *Deployment) shown(c *comparison) []PropertyChange {
	var changes []PropertyChange
	for _, difference := range c.changes {
		p := d.property(difference.Path.String(), difference.Before, difference.After)
		p.Replacement = difference.Replacement == diff.MustReplace
		changes = append(changes, p)
	}
	return changes
}

func (d *Deployment) property(path string, before, after any) PropertyChange {
	p := PropertyChange{Property: path, Before: d.cell(before), After: d.cell(after)}
	p.Known = !strings.Contains(string(p.After), laterMark)
	p.After = json.RawMessage(Later(string(p.After), KnownLater))
	if secretPath(path) && (mayBeSecret(before) || mayBeSecret(after)) {
		p.Secret = true
		if p.Before != nil {
			p.Before = json.RawMessage(`"` + Masked + `"`)
		}
		if p.After != nil && p.Known {
			p.After = json.RawMessage(`"` + Masked + `"`)
		}
	}
	return p
}

// mayBeSecret reports whether a property that is called like a secret can be one:
// numbers and truth values only say how long it lasts, or that there is one.
func mayBeSecret(value any) bool {
	switch value.(type) {
	case nil, bool, json.Number, int64, float64:
		return false
	}
	return true
}

func secretPath(path string) bool {
	for _, name := range strings.Split(path, "/") {
		if stack.SecretName(name) {
			return true
		}
	}
	return false
}

func (d *Deployment) cell(value any) json.RawMessage {
	if value == nil {
		return nil
	}
	text := encode(value)
	if copied, err := object(json.RawMessage(`{"value":` + text + `}`)); err == nil {
		eachNamed(copied, func(string, any) any { return Masked })
		text = encode(copied["value"])
	}
	return json.RawMessage(d.secrets.Mask(text))
}
