package engine

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

// registerFunctions adds what StackQL's dialect has beyond SQLite's functions.
// Those for regular expressions come from a library.
func registerFunctions(db *sqlite3.Conn, s *Session) error {
	pure := sqlite3.DETERMINISTIC | sqlite3.INNOCUOUS
	return errors.Join(
		db.CreateFunction("string", 1, pure, stringOf),
		db.CreateFunction("split_part", 3, pure, splitPart),
		db.CreateFunction("json_equal", 2, pure, jsonEqual),
		db.CreateFunction("aws_policy_equal", 2, pure, policyEqual),
		db.CreateFunction("base64_encode", 1, pure, base64Encode),
		db.CreateFunction("base64_decode", 1, pure, base64Decode),
		db.CreateFunction("random", 0, sqlite3.INNOCUOUS, s.random),
	)
}

// stringOf is string(x): x as text.
func stringOf(ctx sqlite3.Context, arg ...sqlite3.Value) {
	if arg[0].Type() == sqlite3.NULL {
		return
	}
	ctx.ResultText(arg[0].Text())
}

// splitPart is split_part(text, delimiter, n): the n-th field from 1, or from
// the end if n is negative, and "" beyond.
//
// https://www.postgresql.org/docs/current/functions-string.html
func splitPart(ctx sqlite3.Context, arg ...sqlite3.Value) {
	if anyNull(arg) {
		return
	}
	text, delimiter, n := arg[0].Text(), arg[1].Text(), arg[2].Int()
	if n == 0 {
		ctx.ResultError(errors.New("split_part: the field's position must not be zero"))
		return
	}
	fields := []string{text}
	if delimiter != "" {
		fields = strings.Split(text, delimiter)
	}
	if n < 0 {
		n += len(fields) + 1
	}
	if n < 1 || n > len(fields) {
		ctx.ResultText("")
		return
	}
	ctx.ResultText(fields[n-1])
}

// jsonEqual is json_equal(a, b): 1 if both are the same JSON value. The order of
// keys and the writing of numbers do not count.
func jsonEqual(ctx sqlite3.Context, arg ...sqlite3.Value) {
	compare(ctx, arg, func(value any) any { return value })
}

// policyEqual is aws_policy_equal(a, b): 1 if two IAM policy documents say the
// same. Lists are sets there, and a list of one may be written without brackets.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func policyEqual(ctx sqlite3.Context, arg ...sqlite3.Value) {
	compare(ctx, arg, canonicalPolicy)
}

func compare(ctx sqlite3.Context, arg []sqlite3.Value, canonical func(any) any) {
	if anyNull(arg) {
		return
	}
	var values [2]any
	for i := range values {
		if err := json.Unmarshal(arg[i].Blob(nil), &values[i]); err != nil {
			values[i] = arg[i].Text() // not JSON: compared as text
		}
	}
	ctx.ResultBool(reflect.DeepEqual(canonical(values[0]), canonical(values[1])))
}

func canonicalPolicy(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			v[key] = canonicalPolicy(inner)
		}
		return v
	case []any:
		for i := range v {
			v[i] = canonicalPolicy(v[i])
		}
		slices.SortFunc(v, func(a, b any) int { return strings.Compare(encoded(a), encoded(b)) })
		v = slices.CompactFunc(v, func(a, b any) bool { return encoded(a) == encoded(b) })
		if len(v) == 1 {
			return v[0]
		}
		return v
	}
	return value
}

// encoded writes a value so that equal ones are written alike.
func encoded(value any) string {
	text, _ := json.Marshal(value) // it came from JSON
	return string(text)
}

func base64Encode(ctx sqlite3.Context, arg ...sqlite3.Value) {
	if !anyNull(arg) {
		ctx.ResultText(base64.StdEncoding.EncodeToString(arg[0].Blob(nil)))
	}
}

func base64Decode(ctx sqlite3.Context, arg ...sqlite3.Value) {
	if anyNull(arg) {
		return
	}
	decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(arg[0].Text()))
	if err != nil {
		ctx.ResultError(errors.New("base64_decode: " + err.Error()))
		return
	}
	ctx.ResultText(string(decoded))
}

func anyNull(arg []sqlite3.Value) bool {
	return slices.ContainsFunc(arg, func(v sqlite3.Value) bool { return v.Type() == sqlite3.NULL })
}

// random is SQLite's random(), but gives every pass of a statement the same
// numbers in the same order: a pass must not ask for other rows than the last.
func (s *Session) random(ctx sqlite3.Context, _ ...sqlite3.Value) {
	if s.current == nil || s.current.replay == nil {
		ctx.ResultInt64(int64(rand.Uint64()))
		return
	}
	ctx.ResultInt64(int64(s.current.replay.random.Uint64()))
}
