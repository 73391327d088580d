package deploy

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/resource"
)

// Orphan is a resource that carries the tags of the stack, and that the manifest
// does not have any more.
type Orphan struct {
	ARN      string            `json:"arn"`
	Resource string            `json:"resource"` // as the manifest called it
	Region   resource.Region   `json:"region"`
	Type     resource.TypeName `json:"type,omitempty"`
	// Identifier is "" if it could not be found out; then nothing can delete it here.
	Identifier string `json:"identifier,omitempty"`
}

// The tags that stacks give their resources by convention.
const (
	tagStack    = "stackql:stack-name"
	tagEnv      = "stackql:stack-env"
	tagResource = "stackql:resource-name"
)

// Names lists all resource types. A *catalog.Catalog does.
type Names interface {
	Types() []resource.TypeName
}

// Orphans finds what carries the tags of the stack in this environment, and has
// the name of a resource that the manifest does not have any more. It gives
// nothing for a stack that does not use the tags. regions are asked; of several
// services some can only be asked in one region.
func (d *Deployment) Orphans(ctx context.Context, types Names, regions []resource.Region) (found []Orphan, err error) {
	if !d.usesTags() || len(regions) == 0 {
		return nil, nil
	}
	session, err := d.opts.Open(func(c cloudcontrol.Client) cloudcontrol.Client { return c })
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	filters := encode([]map[string]any{
		{"Key": tagStack, "Values": []string{d.stack.Name}}, {"Key": tagEnv, "Values": []string{d.vars.Environment()}},
	})
	for _, region := range regions {
		sql := fmt.Sprintf(`SELECT ResourceARN AS arn, Tags AS tags FROM awscc.tagging.tagged_resources WHERE region = '%s' AND TagFilters = '%s'`,
			region, strings.ReplaceAll(filters, "'", "''"))
		tagged, err := rows(ctx, session, sql, false)
		if err != nil {
			return nil, fmt.Errorf("look for resources that carry the stack's tags in %s: %w", region, err)
		}
		for _, r := range tagged {
			name := tagOf(r["tags"], tagResource)
			if name == "" || d.stack.Resource(name) != nil {
				continue
			}
			o := Orphan{ARN: r["arn"], Resource: name, Region: region}
			if o.Type, o.Identifier, err = d.identify(ctx, types, o); err != nil {
				return nil, err
			}
			found = append(found, o)
		}
	}
	return found, nil
}

// usesTags reports whether the stack tags its resources by the convention. A
// global with the resource's name in it has a value for each resource alone.
func (d *Deployment) usesTags() bool {
	for _, g := range d.stack.Globals {
		if value, ok := d.vars.Value(g.Name); ok && strings.Contains(fmt.Sprint(value), tagStack) {
			return true
		}
		for _, r := range d.stack.Resources {
			text, err := d.vars.Known(r).Render("{{ " + g.Name + " }}")
			if err == nil && strings.Contains(text, tagStack) {
				return true
			}
		}
	}
	return false
}

func tagOf(tags, key string) string {
	var list []struct{ Key, Value string }
	if json.Unmarshal([]byte(tags), &list) != nil {
		return ""
	}
	for _, tag := range list {
		if tag.Key == key {
			return tag.Value
		}
	}
	return ""
}

// identify finds the type and identifier of an orphan by its ARN: a type of the ARN's
// service whose name is in it, under which a resource with just these tags can be
// read. Others may be called alike, and are of the stack.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func (d *Deployment) identify(ctx context.Context, types Names, o Orphan) (resource.TypeName, string, error) {
	parts := strings.SplitN(strings.TrimSuffix(o.ARN, ":*"), ":", 6) // as those of log groups end
	if len(parts) < 6 {
		return "", "", nil
	}
	service, rest := parts[2], parts[5]
	for _, name := range candidates(types, service, rest) {
		call := cloudcontrol.Call{Scope: resource.Scope{Region: o.Region}, Type: name}
		for _, identifier := range identifiers(o.ARN, rest) {
			found, err := d.opts.Client.Get(ctx, cloudcontrol.GetInput{Call: call, Identifier: identifier})
			if ctx.Err() != nil {
				return "", "", ctx.Err()
			}
			if err == nil && d.isOrphan(found.Properties, o) {
				return name, found.Identifier, nil
			}
		}
	}
	return "", "", nil
}

// isOrphan reports whether a model has the tags by which the orphan was found.
func (d *Deployment) isOrphan(properties json.RawMessage, o Orphan) bool {
	model, err := object(properties)
	if err != nil {
		return false
	}
	tags := map[string]string{}
	collectTags(model, tags)
	return tags[tagStack] == d.stack.Name && tags[tagEnv] == d.vars.Environment() && tags[tagResource] == o.Resource
}

// collectTags gathers the tags of a model, which types write as lists of Key and
// Value or as maps.
func collectTags(value any, into map[string]string) {
	switch value := value.(type) {
	case map[string]any:
		key, isTag := value["Key"].(string)
		if text, ok := value["Value"].(string); ok && isTag {
			into[key] = text
		}
		for name, inner := range value {
			if text, ok := inner.(string); ok && strings.HasPrefix(name, "stackql:") {
				into[name] = text
			}
			collectTags(inner, into)
		}
	case []any:
		for _, inner := range value {
			collectTags(inner, into)
		}
	}
}

// candidates are the types that an ARN may be of, the likeliest first.
func candidates(types Names, service, rest string) []resource.TypeName {
	kind, _, _ := strings.Cut(strings.ReplaceAll(rest, "/", ":"), ":")
	plain := func(text string) string { return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(text)) }
	var exact, others []resource.TypeName
	for _, name := range types.Types() {
		parts := strings.Split(string(name), "::")
		if len(parts) != 3 || plain(parts[1]) != plain(service) {
			continue
		}
		if plain(parts[2]) == plain(kind) {
			exact = append(exact, name)
		} else {
			others = append(others, name)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return others[:min(len(others), mostCandidates)]
}

// mostCandidates bounds how many types are tried for an ARN that names none.
const mostCandidates = 20

// identifiers are those that the resource of an ARN may have. A queue's is its URL.
//
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func identifiers(arn, rest string) []string {
	if parts := strings.Split(arn, ":"); parts[2] == "sqs" {
		suffix := map[string]string{"aws-cn": "amazonaws.com.cn"}[parts[1]]
		return []string{fmt.Sprintf("https://sqs.%s.%s/%s/%s", parts[3], cmp.Or(suffix, "amazonaws.com"), parts[4], rest)}
	}
	last := rest[strings.LastIndexAny(rest, ":/")+1:]
	_, behind, _ := strings.Cut(strings.Replace(rest, ":", "/", 1), "/")
	return slices.Compact([]string{last, arn, rest, behind})
}

// Prune deletes orphans, and tells of each. One may keep another from being deleted:
// what fails is tried again as long as others go. It gives what is left.
func (d *Deployment) Prune(ctx context.Context, orphans []Orphan) (left []Orphan, err error) {
	for {
		left, err = nil, nil
		for _, o := range orphans {
			if failed := d.prune(ctx, o); failed != nil {
				left, err = append(left, o), errors.Join(err, fmt.Errorf("%s: %w", o.ARN, failed))
			}
		}
		if len(left) == 0 || len(left) == len(orphans) || ctx.Err() != nil {
			return left, err
		}
		orphans = left
	}
}

func (d *Deployment) prune(ctx context.Context, o Orphan) error {
	err := errors.New("which resource of Cloud Control it is could not be found out; delete it with another tool")
	if o.Identifier != "" {
		d.tell(Event{Kind: Acting, Resource: o.Resource, Action: Delete})
		_, err = d.carryOut(ctx, o.Resource, apply.Change{
			Call:      cloudcontrol.Call{Scope: resource.Scope{Region: o.Region}, Type: o.Type},
			Operation: cloudcontrol.Delete, Identifier: o.Identifier,
		})
	}
	e := Event{Kind: Ended, Resource: o.Resource, Action: Delete, Err: err}
	if err != nil {
		e.Message = o.ARN + ": " + err.Error()
	}
	d.tell(e)
	return err
}
