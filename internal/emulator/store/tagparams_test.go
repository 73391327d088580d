package store

import (
	"slices"
	"strings"
	"testing"
	"time"

	"skyql/internal/resource"
	"skyql/internal/tagging"
)

func TestTagPaginationTokens(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	f := estate(t, Options{PageSize: 1, Now: func() time.Time { return now }})
	first, err := f.TaggedResources(t.Context(), tagging.ResourcesInput{Scope: home})
	if err != nil {
		t.Fatal(err)
	}
	token := first.PaginationToken
	ask := func(in tagging.ResourcesInput) error {
		in.Scope = home
		_, err := f.TaggedResources(t.Context(), in)
		return err
	}
	const invalid = "The PaginationToken is not valid for this request"
	wantError(t, ask(tagging.ResourcesInput{PaginationToken: "nonsense"}), resource.Validation, invalid)
	wantError(t, ask(tagging.ResourcesInput{PaginationToken: token, Types: []string{"s3"}}), resource.Validation, invalid)
	_, err = f.TagKeys(t.Context(), tagging.KeysInput{Scope: home, PaginationToken: token})
	wantError(t, err, resource.Validation, invalid)
	now = now.Add(15 * time.Minute)
	if err := ask(tagging.ResourcesInput{PaginationToken: token}); err != nil {
		t.Errorf("want the token good for 15 minutes, have %v", err)
	}
	now = now.Add(time.Second)
	wantError(t, ask(tagging.ResourcesInput{PaginationToken: token}), tagging.TokenExpired,
		"The specified PaginationToken has expired: it is valid for a maximum of 15 minutes")
}

func TestTaggingParameters(t *testing.T) {
	t.Parallel()
	f := estate(t, Options{})
	get := func(in tagging.ResourcesInput) error { _, err := f.TaggedResources(t.Context(), in); return err }
	tag := func(in tagging.TagInput) error { _, err := f.TagResources(t.Context(), in); return err }
	untag := func(in tagging.UntagInput) error { _, err := f.UntagResources(t.Context(), in); return err }
	arn := []string{"arn:aws:s3:::a"}
	long := func(n int) string { return strings.Repeat("k", n) }
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"page too large":       {get(tagging.ResourcesInput{ResourcesPerPage: 101}), "'101' at 'resourcesPerPage'"},
		"page too small":       {get(tagging.ResourcesInput{ResourcesPerPage: -1}), "'-1' at 'resourcesPerPage'"},
		"few tags":             {get(tagging.ResourcesInput{TagsPerPage: 99}), "'99' at 'tagsPerPage'"},
		"many tags":            {get(tagging.ResourcesInput{TagsPerPage: 501}), "'501' at 'tagsPerPage'"},
		"ARNs and types":       {get(tagging.ResourcesInput{ARNs: arn, Types: []string{"s3"}}), "ResourceARNList cannot be used with"},
		"ARNs and filters":     {get(tagging.ResourcesInput{ARNs: arn, Filters: []tagging.Filter{{Key: "a"}}}), "ResourceARNList cannot be used with"},
		"ARNs and pages":       {get(tagging.ResourcesInput{ARNs: arn, ResourcesPerPage: 3}), "ResourceARNList cannot be used with"},
		"no ARNs":              {get(tagging.ResourcesInput{ARNs: []string{}}), "at 'resourceARNList'"},
		"many ARNs":            {get(tagging.ResourcesInput{ARNs: slices.Repeat(arn, 101)}), "less than or equal to 100"},
		"no ARN":               {get(tagging.ResourcesInput{ARNs: []string{"a"}}), "Value 'a' at 'resourceARNList'"},
		"no type":              {get(tagging.ResourcesInput{Types: []string{"s3:"}}), "Value 's3:' at 'resourceTypeFilters'"},
		"many types":           {get(tagging.ResourcesInput{Types: slices.Repeat([]string{"s3"}, 101)}), "at 'resourceTypeFilters'"},
		"filter of no key":     {get(tagging.ResourcesInput{Filters: []tagging.Filter{{}}}), "at 'tagFilters.key'"},
		"filter of a long key": {get(tagging.ResourcesInput{Filters: []tagging.Filter{{Key: long(129)}}}), "at 'tagFilters.key'"},
		"many values":          {get(tagging.ResourcesInput{Filters: []tagging.Filter{{Key: "k", Values: make([]string, 21)}}}), "at 'tagFilters.values'"},
		"many filters":         {get(tagging.ResourcesInput{Filters: slices.Repeat([]tagging.Filter{{Key: "k"}}, 51)}), "at 'tagFilters'"},
		"compliant of what":    {get(tagging.ResourcesInput{ExcludeCompliant: true}), "only if IncludeComplianceDetails"},
		"tag nothing":          {tag(tagging.TagInput{Tags: map[string]string{"a": "b"}}), "at 'resourceARNList'"},
		"tag too much":         {tag(tagging.TagInput{ARNs: slices.Repeat(arn, 21), Tags: map[string]string{"a": "b"}}), "less than or equal to 20"},
		"no tags":              {tag(tagging.TagInput{ARNs: arn}), "at 'tags'"},
		"empty key":            {tag(tagging.TagInput{ARNs: arn, Tags: map[string]string{"": "b"}}), "at 'tags.key'"},
		"long value":           {tag(tagging.TagInput{ARNs: arn, Tags: map[string]string{"a": long(257)}}), "at 'tags.value'"},
		"reserved key":         {tag(tagging.TagInput{ARNs: arn, Tags: map[string]string{"aws:a": "b"}}), "reserved for system use: aws:a"},
		"other partition":      {tag(tagging.TagInput{Scope: home, ARNs: []string{"arn:aws-cn:s3:::a"}, Tags: map[string]string{"a": "b"}}), "The partition of arn:aws-cn:s3:::a is not that of us-east-1"},
		"untag nothing":        {untag(tagging.UntagInput{Keys: []string{"a"}}), "at 'resourceARNList'"},
		"no keys":              {untag(tagging.UntagInput{ARNs: arn}), "at 'tagKeys'"},
		"untag a reserved key": {untag(tagging.UntagInput{ARNs: arn, Keys: []string{"AWS:a"}}), "reserved"},
	} {
		if code := resource.CodeOf(test.err); code != resource.Validation || !strings.Contains(test.err.Error(), test.want) {
			t.Errorf("%s: want %q, have %v", name, test.want, test.err)
		}
	}
	if have := f.tagged(tagging.ResourcesInput{Filters: []tagging.Filter{{Key: "a"}}}); len(have) > 0 {
		t.Errorf("want nothing tagged by calls that were refused, have %v", have)
	}
}
