package store

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"skyql/internal/cloudcontrol"
)

// maxDocument bounds desired states, patch documents and resource models.
const maxDocument = 262_144

var (
	typeNamePattern    = constraint{10, 196, `[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}`}.compile()
	identifierPattern  = constraint{1, 1024, `.+`}.compile()
	tokenPattern       = constraint{1, 128, `[-A-Za-z0-9+/=]+`}.compile()
	versionPattern     = constraint{1, 128, `[A-Za-z0-9-]+`}.compile()
	rolePattern        = constraint{20, 2048, `arn:.+:iam::[0-9]{12}:role/.+`}.compile()
	listTokenPattern   = constraint{1, 4096, `.+`}.compile()
	requestPagePattern = constraint{1, 2048, `[-A-Za-z0-9+/=]+`}.compile()
	documentPattern    = constraint{1, maxDocument, `[\s\S]*`}.compile()
)

// constraint is what the service's model says of a text. Lengths count
// characters.
type constraint struct {
	minLength, maxLength int
	pattern              string
}

type compiled struct {
	constraint
	expression func() *regexp.Regexp // made when first wanted: every run of the program would pay for it
}

func (c constraint) compile() compiled {
	return compiled{c, sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:` + c.pattern + `)$`) })}
}

// violations are the constraints that the parameters of a call fail, worded as
// the service's framework does.
type violations []string

func (v *violations) add(shown, member, rule string) {
	*v = append(*v, fmt.Sprintf("Value %sat '%s' failed to satisfy constraint: %s", shown, member, rule))
}

// required checks a text that must be there.
func (v *violations) required(member, value string, c compiled) {
	v.text(member, value, "'"+value+"' ", c)
}

// optional checks a text unless it is empty, which stands for absent.
func (v *violations) optional(member, value string, c compiled) {
	if value != "" {
		v.required(member, value, c)
	}
}

// document checks a text that is not repeated in the answer, as it may hold
// secrets.
func (v *violations) document(member string, value []byte) {
	v.text(member, string(value), "", documentPattern)
}

func (v *violations) text(member, value, shown string, c compiled) {
	switch length := utf8.RuneCountInString(value); {
	case length < c.minLength:
		v.add(shown, member, fmt.Sprintf("Member must have length greater than or equal to %d", c.minLength))
	case length > c.maxLength:
		v.add(shown, member, fmt.Sprintf("Member must have length less than or equal to %d", c.maxLength))
	}
	if value != "" && !c.expression().MatchString(value) {
		v.add(shown, member, "Member must satisfy regular expression pattern: "+c.pattern)
	}
}

// pageSize checks MaxResults, where 0 stands for absent.
func (v *violations) pageSize(size int) {
	shown := fmt.Sprintf("'%d' ", size)
	switch {
	case size < 0:
		v.add(shown, "maxResults", "Member must have value greater than or equal to 1")
	case size > 100:
		v.add(shown, "maxResults", "Member must have value less than or equal to 100")
	}
}

// call checks what every operation on a resource says.
func (v *violations) call(in cloudcontrol.Call) {
	v.required("typeName", string(in.Type), typeNamePattern)
	v.optional("typeVersionId", in.TypeVersionID, versionPattern)
	v.optional("roleArn", in.RoleARN, rolePattern)
}

// text words all violations, "" if there are none.
func (v violations) String() string {
	switch len(v) {
	case 0:
		return ""
	case 1:
		return "1 validation error detected: " + v[0]
	}
	return fmt.Sprintf("%d validation errors detected: %s", len(v), strings.Join(v, "; "))
}
