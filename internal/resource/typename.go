package resource

import (
	"fmt"
	"strings"
)

// TypeName names a resource type, as in "AWS::S3::Bucket".
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-types.html
type TypeName string

// ParseTypeName checks s against the pattern of the Cloud Control API: three
// segments of 2 to 64 letters and digits, separated by "::".
func ParseTypeName(s string) (TypeName, error) {
	parts := strings.Split(s, "::")
	if len(parts) != 3 {
		return "", fmt.Errorf("%q is not a resource type: want three parts such as AWS::S3::Bucket", s)
	}
	for _, part := range parts {
		if len(part) < 2 || len(part) > 64 || !alphanumeric(part) {
			return "", fmt.Errorf("%q is not a resource type: each part has 2 to 64 letters and digits", s)
		}
	}
	return TypeName(s), nil
}

func alphanumeric(s string) bool {
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return true
}

// Organization returns the first segment, "AWS" for AWS's own types.
func (t TypeName) Organization() string { return t.segment(0) }

// Service returns the second segment as AWS spells it, as in "S3".
func (t TypeName) Service() string { return t.segment(1) }

// Thing returns the third segment, as in "Bucket".
func (t TypeName) Thing() string { return t.segment(2) }

func (t TypeName) segment(i int) string {
	parts := strings.SplitN(string(t), "::", 3)
	if i >= len(parts) {
		return ""
	}
	return parts[i]
}
