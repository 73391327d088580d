package naming

import (
	"strings"

	"skyql/internal/schema"
)

// Column gives the canonical column of a property.
func Column(property string) string { return snake(property) }

// ColumnPath gives the column of a nested property, its segments joined by two
// underscores as the provider does for nested identifiers.
func ColumnPath(path schema.Path) string {
	segments := make([]string, len(path))
	for i, segment := range path {
		segments[i] = Column(segment)
	}
	return strings.Join(segments, "__")
}

// Columns gives every accepted column of a property in a service, without
// duplicates (letters' case does not count in SQL): the canonical one first,
// then the provider's, that of its documentation pages, the conventional one,
// and, where SQL needs quotes around the canonical name, that name behind an
// underscore.
func Columns(service, property string) []string {
	names := []string{
		snake(property),
		ProviderColumn(service, property),
		DocsColumn(property),
		conventional(property),
	}
	if Keyword(names[0]) {
		names = append(names, "_"+names[0])
	}
	return distinct(names...)
}

// docsTokens are replaced one after the other, everywhere in the name, by the
// same letters with only the first one capital. The order matters.
var docsTokens = strings.Fields(`DB ARN WAN URL VPC DNS IP IAM TLS SSM CNAME SQ ML SKU KMS OK CA ID TTL URI LB SNS
	AWS ACL AZ API MSK ECS EBS CWE SSE HPO LF WAL`)

// viewTokens are the provider's second list, that of the actual SQL columns.
var viewTokens = strings.Fields(`DB ARN WAN URL VPCDHCP EC2Fleet VPC DHCP DNS IP IAM IPAM TLS SSM CNAME SQ ML SKU KMS
	OK CA ID TTL URI LB SNS AWS ACL AZ API MSK ECS EBS CWE SSE HPO LF WAL MFA`)

var viewSpelling = map[string]string{"VPCDHCP": "VpcDhcp", "EC2Fleet": "Ec2_Fleet"}

// providerReserved are the columns that the provider puts an underscore before.
var providerReserved = map[string]bool{
	"values": true, "schema": true, "database": true, "format": true, "update": true, "force": true, "match": true,
}

// ProviderColumn gives the column as the StackQL awscc provider names it.
func ProviderColumn(service, property string) string {
	column := tokenSnake(property, viewTokens)
	switch {
	case providerReserved[column]:
		return "_" + column
	case column == "group" && service == "resourcegroups":
		return "group_id"
	}
	return column
}

// DocsColumn gives the column as the provider's documentation pages name it.
func DocsColumn(property string) string { return tokenSnake(property, docsTokens) }

func tokenSnake(name string, tokens []string) string {
	for _, token := range tokens {
		spelling, ok := viewSpelling[token]
		if !ok {
			spelling = token[:1] + strings.ToLower(token[1:])
		}
		name = strings.ReplaceAll(name, token, spelling)
	}
	return strings.ToLower(splitPairs(strings.ReplaceAll(name, "OAuth", "Oauth")))
}

// splitPairs puts "_" between a word character and a capital behind it, in
// pairs that do not overlap: of a run of capitals only every other boundary is
// cut, so that "EC2" becomes "E_C2".
func splitPairs(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		b.WriteByte(name[i])
		if i+1 < len(name) && wordByte(name[i]) && 'A' <= name[i+1] && name[i+1] <= 'Z' {
			b.WriteByte('_')
			b.WriteByte(name[i+1])
			i++
		}
	}
	return b.String()
}

func wordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}
