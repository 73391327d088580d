package identity

import (
	"crypto/sha256"
	"encoding/base32"

	"skyql/internal/resource"
)

// Caller is who makes a call.
type Caller struct {
	Scope   resource.Scope
	session *session // nil unless the credentials are temporary
}

// Temporary reports whether the caller has temporary credentials.
func (c Caller) Temporary() bool { return c.session != nil }

// ARN names the caller as IAM does.
func (c Caller) ARN() string {
	if c.session != nil {
		return c.session.arn(c.Scope)
	}
	return ARN(c.Scope, "iam", "user/"+userName)
}

// ID gives the unique identifier that IAM knows the caller by.
func (c Caller) ID() string {
	if c.session != nil {
		return c.session.id(c.Scope.Account)
	}
	return uniqueID("AIDA", c.Scope.Account, userName)
}

// userName is that of the one user of each account.
const userName = "emulator"

func (s session) arn(scope resource.Scope) string {
	return ARN(scope, "sts", "assumed-role/"+s.Role+"/"+s.Name)
}

func (s session) id(number string) string { return uniqueID("AROA", number, s.Role) + ":" + s.Name }

// ARN makes an ARN of a global service in the partition of a region.
func ARN(scope resource.Scope, service, name string) string {
	return "arn:" + resource.PartitionOf(scope.Region).Name + ":" + service + "::" + scope.Account + ":" + name
}

// uniqueID gives what IAM calls the unique identifier of a user or role: the
// same one each time.
func uniqueID(prefix, number, name string) string {
	sum := sha256.Sum256([]byte(prefix + "/" + number + "/" + name))
	return prefix + base32.StdEncoding.EncodeToString(sum[:])[:17]
}
