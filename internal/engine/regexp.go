package engine

import (
	"errors"
	"regexp"

	"github.com/ncruces/go-sqlite3"
	sqlregexp "github.com/ncruces/go-sqlite3/ext/regexp"
)

// registerRegexp adds the functions for regular expressions. Those of the library
// that tell whether and how often take NULL for an empty text; here nothing is
// known of NULL, as everywhere in SQL: NOT (x REGEXP p) does not hold for it.
//
// https://sqlite.org/lang_expr.html#the_like_glob_regexp_match_and_extract_operators
func registerRegexp(db *sqlite3.Conn) error {
	pure := sqlite3.DETERMINISTIC | sqlite3.INNOCUOUS
	matches := func(ctx sqlite3.Context, pattern *regexp.Regexp, text string) {
		ctx.ResultBool(pattern.MatchString(text))
	}
	count := func(ctx sqlite3.Context, pattern *regexp.Regexp, text string) {
		ctx.ResultInt(len(pattern.FindAllStringIndex(text, -1)))
	}
	return errors.Join(
		sqlregexp.Register(db),
		db.CreateFunction("regexp", 2, pure, ofPattern(0, matches)),
		db.CreateFunction("regexp_like", 2, pure, ofPattern(1, matches)),
		db.CreateFunction("regexp_count", 2, pure, ofPattern(1, count)),
	)
}

// ofPattern makes a function of a pattern, which is the argument at a place, and a
// text, the other one. A pattern that is the same for all rows is compiled once.
func ofPattern(place int, result func(sqlite3.Context, *regexp.Regexp, string)) sqlite3.ScalarFunction {
	return func(ctx sqlite3.Context, arg ...sqlite3.Value) {
		if anyNull(arg) {
			return
		}
		pattern, ok := ctx.GetAuxData(place).(*regexp.Regexp)
		if !ok {
			var err error
			if pattern, err = regexp.Compile(arg[place].Text()); err != nil {
				ctx.ResultError(err)
				return
			}
			ctx.SetAuxData(place, pattern)
		}
		result(ctx, pattern, arg[1-place].Text())
	}
}
