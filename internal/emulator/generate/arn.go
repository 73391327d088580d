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

// arnWriter writes what a pattern gives and then puts partition, region and
// account where they belong.
type arnWriter struct{ *rex }

func (w *arnWriter) append(dst []byte, c *call) []byte {
	const always = 1 << 20
	fixed := string(w.rex.writeFrom(nil, c, always))
	offset := 0 // of the last field, the only one that differs between resources
	if fields := strings.SplitN(fixed, ":", 6); len(fields) == 6 {
		offset = len(fixed) - len(fields[5])
	}
	written := string(w.rex.writeFrom(nil, c, offset))
	fields := strings.SplitN(written, ":", 6)
	if len(fields) < 6 || fields[0] != "arn" {
		return append(dst, written...)
	}
	fields[1] = c.partition
	if fields[3] != "" {
		fields[3] = c.region
	}
	if fields[4] != "" {
		fields[4] = c.account
	}
	return append(dst, strings.Join(fields, ":")...)
}
