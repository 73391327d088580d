package store

import (
	"context"
	"fmt"
	"net/http"

	"skyql/internal/resource"
	"skyql/internal/tagging"
)

// TagResources implements tagging.Writer.
func (s *Store) TagResources(ctx context.Context, in tagging.TagInput) (tagging.Failures, error) {
	c, err := s.enterTagging(ctx, tagging.TagResources, in.Scope, checkTag(in))
	if err != nil {
		return nil, err
	}
	return c.write(in.ARNs, in.Tags, nil)
}

// UntagResources implements tagging.Writer.
func (s *Store) UntagResources(ctx context.Context, in tagging.UntagInput) (tagging.Failures, error) {
	c, err := s.enterTagging(ctx, tagging.UntagResources, in.Scope, checkUntag(in))
	if err != nil {
		return nil, err
	}
	return c.write(in.ARNs, nil, in.Keys)
}

// write changes the tags of resources, each by itself. An ARN of another
// partition is a mistake of the whole call.
func (c tagCall) write(list []string, set map[string]string, drop []string) (tagging.Failures, error) {
	partition := "arn:" + resource.PartitionOf(c.scope.Region).Name + ":"
	for _, arn := range list {
		if len(arn) < len(partition) || arn[:len(partition)] != partition {
			return nil, c.refuse(resource.Validation, fmt.Sprintf("The partition of %s is not that of %s", arn, c.scope.Region))
		}
	}
	failures := tagging.Failures{}
	for _, arn := range list {
		if refused := c.writeOne(arn, set, drop); refused != "" {
			failures[arn] = tagging.Failure{
				StatusCode: http.StatusBadRequest, Code: "InvalidParameterException", Message: refused,
			}
		}
	}
	return failures, nil
}

// writeOne changes the tags of one resource, or says why it may not.
func (c tagCall) writeOne(arn string, set map[string]string, drop []string) (refused string) {
	s, identifier, ok := c.world.findARN(arn)
	if !ok {
		return fmt.Sprintf("No resource that can be tagged has the ARN %s in %s", arn, c.scope.Region)
	}
	defer c.world.lock(target{s.kind.Name, identifier})()
	it, ok := s.get(identifier)
	if !ok {
		return fmt.Sprintf("The resource %s was deleted", arn)
	}
	changed := s.kind.tags.change(it.model, set, drop)
	if len(set) > 0 && len(s.kind.tags.tags(changed)) > maxTags {
		return fmt.Sprintf("The resource %s would have more than %d tags", arn, maxTags)
	}
	if !s.replace(identifier, changed, nil) {
		return fmt.Sprintf("The resource %s was deleted", arn)
	}
	return ""
}
