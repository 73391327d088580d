package generate

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// writer appends the text of one property to dst.
type writer interface {
	append(dst []byte, c *call) []byte
}

// text is a template: literal text and placeholders.
//
//	{partition} {suffix} {region} {account}  of the place; {here} is {region}:{account}
//	{name} {id}                              of the resource
//	{n}                                      its number
//	{octet1} {octet2} {octet3}               the bytes of its number, the lowest first
//	{time}                                   now
//	{hex17} {lower10} {upper13} {mixed9} {digits12}  that many random characters
//	{uuid}                                   a random UUID
//	{hex16#tag}                              the same ones in all templates with the tag
//	{FunctionName} {Path|/}                  a property of the model, and what stands for it;
//	                                         without that it is the name
type text struct {
	parts []part
	salt  uint64
	plus  uint64 // added to the number, so that elements of an array differ
}

type part struct {
	literal  string
	what     string
	count    int
	salt     uint64 // of the tag, 0 without one
	fallback string
}

// alphabets of the random placeholders.
var alphabets = map[string]string{
	"hex":    "0123456789abcdef",
	"lower":  "abcdefghijklmnopqrstuvwxyz0123456789",
	"upper":  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
	"mixed":  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
	"digits": "0123456789",
}

// parseText reads a template. It has no errors: the templates are the table's.
func parseText(template string, at place) text {
	t := text{salt: at.salt(), plus: at.plus()}
	template = strings.ReplaceAll(template, "{here}", "{region}:{account}")
	for template != "" {
		start := strings.IndexByte(template, '{')
		if start < 0 {
			start = len(template)
		} else if start+1 < len(template) && !isLetter(template[start+1]) {
			start++ // a brace of JSON stands for itself
		}
		if start > 0 {
			t.parts = append(t.parts, part{literal: template[:start]})
			template = template[start:]
			continue
		}
		var inside string
		inside, template, _ = strings.Cut(template[1:], "}")
		t.parts = append(t.parts, parsePart(inside))
	}
	return t
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

func parsePart(inside string) part {
	inside, tag, tagged := strings.Cut(inside, "#")
	what, fallback, hasFallback := strings.Cut(inside, "|")
	letters := strings.TrimRight(what, "0123456789")
	if _, ok := alphabets[letters]; ok {
		count, _ := strconv.Atoi(what[len(letters):])
		p := part{what: letters, count: count}
		if tagged {
			p.salt = hash(tag)
		}
		return p
	}
	if what[0] >= 'A' && what[0] <= 'Z' && !hasFallback {
		return part{what: what, fallback: "\x00name"}
	}
	return part{what: what, fallback: fallback}
}

func (t text) append(dst []byte, c *call) []byte {
	random := c.randomness(t.salt)
	for i := range t.parts {
		p := &t.parts[i]
		switch {
		case p.what == "":
			dst = append(dst, p.literal...)
		case p.salt != 0:
			shared := c.randomness(p.salt)
			dst = appendRandom(dst, &shared, alphabets[p.what], p.count)
		case p.count > 0:
			dst = appendRandom(dst, &random, alphabets[p.what], p.count)
		default:
			dst = t.appendPart(dst, p, c, &random)
		}
	}
	return dst
}

func (t text) appendPart(dst []byte, p *part, c *call, random *rand.PCG) []byte {
	switch p.what {
	case "partition":
		return append(dst, c.partition...)
	case "suffix":
		return append(dst, c.suffix...)
	case "region":
		return append(dst, c.region...)
	case "account":
		return append(dst, c.account...)
	case "name":
		return append(dst, c.name...)
	case "id":
		return append(dst, c.id...)
	case "n":
		return strconv.AppendUint(dst, c.n+t.plus, 10)
	case "octet1", "octet2", "octet3":
		shift := 8 * (p.what[len("octet")] - '1')
		return strconv.AppendUint(dst, (c.n+t.plus)>>shift&255, 10)
	case "time":
		return c.now.UTC().AppendFormat(dst, time.RFC3339)
	case "uuid":
		return appendUUID(dst, random)
	}
	if value := c.property(p.what); value != "" {
		if strings.HasPrefix(value, "arn:") {
			value = lastSegment(value)
		}
		return append(dst, value...)
	}
	if p.fallback == "\x00name" {
		return append(dst, c.name...)
	}
	return append(dst, p.fallback...)
}

func appendRandom(dst []byte, random *rand.PCG, alphabet string, count int) []byte {
	size := uint64(len(alphabet))
	for left := uint64(0); count > 0; count-- {
		if left < size {
			left = random.Uint64()
		}
		dst = append(dst, alphabet[left%size])
		left /= size
	}
	return dst
}

// appendUUID writes a version 4 UUID (RFC 9562).
func appendUUID(dst []byte, random *rand.PCG) []byte {
	const digits = "0123456789abcdef"
	high, low := random.Uint64(), random.Uint64()
	high = high&^0xf000 | 0x4000
	low = low&^(3<<62) | 2<<62
	for i := range 32 {
		if i == 8 || i == 12 || i == 16 || i == 20 {
			dst = append(dst, '-')
		}
		word := high
		if i >= 16 {
			word = low
		}
		dst = append(dst, digits[word>>(60-4*(i%16))&15])
	}
	return dst
}
