package generate

import (
	"slices"
	"strings"

	"skyql/internal/schema"
)

// arnService gives the name that ARNs of the type have for its service: that
// of the table, else the one that most permissions of its handlers begin with.
func arnService(t *schema.ResourceType) string {
	if arn, ok := strings.CutPrefix(rules().of(t.Name).arn, "arn:{partition}:"); ok {
		service, _, _ := strings.Cut(arn, ":")
		return service
	}
	counts := map[string]int{}
	for _, name := range schema.HandlerNames {
		for _, permission := range t.Handlers[name].Permissions {
			service, _, _ := strings.Cut(permission, ":")
			counts[strings.ToLower(service)]++
		}
	}
	best := strings.ToLower(t.Name.Service())
	if counts[best] > 0 {
		return best
	}
	for service, count := range counts {
		others := slices.Contains([]string{"iam", "kms", "ec2", "s3", "logs", "tag", "sts", "secretsmanager", "*"}, service)
		if !others && (count > counts[best] || (count == counts[best] && service < best)) {
			best = service
		}
	}
	return best
}
