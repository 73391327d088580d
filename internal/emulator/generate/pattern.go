package generate

import (
	"math"
	"strings"

	"skyql/internal/emulator/generate/rex"
	"skyql/internal/schema"
)

// patternWriter writes what a regular expression matches.
type patternWriter struct {
	expression *rex.Expression
	style      rex.Style
	salt, plus uint64
}

func (w *patternWriter) append(dst []byte, c *call) []byte { return w.appendFrom(dst, c, len(dst)) }

func (w *patternWriter) appendFrom(dst []byte, c *call, from int) []byte {
	return w.expression.Append(dst, w.style, w.salt, c.n+w.plus, from)
}

// arnWriter writes what a pattern gives and then puts partition, region and
// account where they belong.
type arnWriter struct{ *patternWriter }

func (w *arnWriter) append(dst []byte, c *call) []byte {
	const fieldCount = 6
	from := 0 // only the last field has to differ between resources
	fixed := string(w.appendFrom(nil, c, math.MaxInt))
	if fields := strings.SplitN(fixed, ":", fieldCount); len(fields) == fieldCount {
		from = len(fixed) - len(fields[fieldCount-1])
	}
	written := string(w.appendFrom(nil, c, from))
	fields := strings.SplitN(written, ":", fieldCount)
	if len(fields) < fieldCount || fields[0] != "arn" {
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

// spans are the lengths that are tried, the most pleasant first.
var spans = []int{10, 12, 16, 20, 26, 32, 36, 8, 6, 4, 3, 2, 1, 0, 48, 64, 100}

// patternWriters yields writers for a pattern, with more and fewer repetitions
// and each of the first alternatives, and reports whether more is wanted.
func patternWriters(pattern string, at place, arn bool, yield func(writer) bool) bool {
	expression, err := rex.Parse(pattern)
	if err != nil || pattern == "" {
		return true
	}
	for _, way := range []int{0, 1, 2, 3, rex.Drawn} {
		for _, outer := range []bool{false, true} {
			for _, span := range spans {
				plain := &patternWriter{expression, rex.Style{Span: span, Outer: outer, Way: way}, at.salt(), at.plus()}
				var w writer = plain
				if arn {
					w = &arnWriter{plain}
				}
				if !yield(w) {
					return false
				}
			}
		}
	}
	return true
}

// lastResorts yields writers of letters as long as the schema demands.
func lastResorts(n *schema.Node, at place, yield func(writer) bool) bool {
	for _, limit := range []*int{n.MinLength, n.MaxLength} {
		if limit == nil || *limit < 1 || *limit > 1<<12 {
			continue
		}
		expression, err := rex.Parse("[a-z0-9]*")
		style := rex.Style{Span: *limit}
		if err == nil && !yield(&patternWriter{expression, style, at.salt(), at.plus()}) {
			return false
		}
	}
	return true
}
