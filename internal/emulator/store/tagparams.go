package store

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"skyql/internal/tagging"
)

// What the tagging API allows in a call.
const (
	maxARNs       = 100
	maxTaggedARNs = 20
	maxTags       = 50
	maxTagValues  = 20
	maxTagKey     = 128
	maxTagValue   = 256
	maxARN        = 1600
)

// size checks how many elements a member has.
func (v *violations) size(member string, have, least, most int) {
	switch {
	case have < least:
		v.add("", member, fmt.Sprintf("Member must have length greater than or equal to %d", least))
	case have > most:
		v.add("", member, fmt.Sprintf("Member must have length less than or equal to %d", most))
	}
}

// between checks a number, where 0 stands for absent.
func (v *violations) between(member string, have, least, most int) {
	shown := fmt.Sprintf("'%d' ", have)
	switch {
	case have != 0 && have < least:
		v.add(shown, member, fmt.Sprintf("Member must have value greater than or equal to %d", least))
	case have > most:
		v.add(shown, member, fmt.Sprintf("Member must have value less than or equal to %d", most))
	}
}

// length checks a text.
func (v *violations) length(member, text string, least, most int) {
	v.size(member, utf8.RuneCountInString(text), least, most)
}

func (v *violations) arns(list []string, most int) {
	v.size("resourceARNList", len(list), 1, most)
	for _, arn := range list {
		if !strings.HasPrefix(arn, "arn:") || strings.Count(arn, ":") < 5 || len(arn) > maxARN {
			v.add("'"+arn+"' ", "resourceARNList", "Member must be an ARN of at most 1600 characters")
		}
	}
}

// checkResources says what is wrong with what GetResources is asked for.
func checkResources(in tagging.ResourcesInput) string {
	var wrong violations
	if in.ARNs != nil {
		wrong.arns(in.ARNs, maxARNs)
		others := len(in.Filters) > 0 || len(in.Types) > 0 || in.ResourcesPerPage != 0 || in.TagsPerPage != 0 ||
			in.PaginationToken != ""
		if others {
			return "ResourceARNList cannot be used with TagFilters, ResourceTypeFilters, ResourcesPerPage, TagsPerPage " +
				"or PaginationToken in the same request"
		}
	}
	wrong.between("resourcesPerPage", in.ResourcesPerPage, 1, 100)
	wrong.between("tagsPerPage", in.TagsPerPage, 100, 500)
	wrong.size("resourceTypeFilters", len(in.Types), 0, 100)
	for _, name := range in.Types {
		if service, thing, both := strings.Cut(name, ":"); service == "" || both && thing == "" {
			wrong.add("'"+name+"' ", "resourceTypeFilters", "Member must be of the form service or service:resourceType")
		}
	}
	wrong.size("tagFilters", len(in.Filters), 0, maxTags)
	for _, filter := range in.Filters {
		wrong.length("tagFilters.key", filter.Key, 1, maxTagKey)
		wrong.size("tagFilters.values", len(filter.Values), 0, maxTagValues)
		for _, value := range filter.Values {
			wrong.length("tagFilters.values", value, 0, maxTagValue)
		}
	}
	if in.ExcludeCompliant && !in.IncludeCompliance {
		return "ExcludeCompliantResources can be used only if IncludeComplianceDetails is set to true"
	}
	return wrong.String()
}

func checkTag(in tagging.TagInput) string {
	var wrong violations
	wrong.arns(in.ARNs, maxTaggedARNs)
	wrong.size("tags", len(in.Tags), 1, maxTags)
	for key, value := range in.Tags {
		wrong.length("tags.key", key, 1, maxTagKey)
		wrong.length("tags.value", value, 0, maxTagValue)
		if reserved(key) {
			return "Tag keys that begin with aws: are reserved for system use: " + key
		}
	}
	return wrong.String()
}

func checkUntag(in tagging.UntagInput) string {
	var wrong violations
	wrong.arns(in.ARNs, maxTaggedARNs)
	wrong.size("tagKeys", len(in.Keys), 1, maxTags)
	for _, key := range in.Keys {
		wrong.length("tagKeys", key, 1, maxTagKey)
		if reserved(key) {
			return "Tag keys that begin with aws: are reserved for system use: " + key
		}
	}
	return wrong.String()
}

func reserved(key string) bool { return strings.HasPrefix(strings.ToLower(key), "aws:") }
