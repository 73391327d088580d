package sqltext_test

import (
	"strings"
	"testing"

	"skyql/internal/sqltext"
)

func TestQuotedTruths(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`SELECT * FROM v WHERE encrypted = 'true'`:                                           "encrypted",
		`SELECT * FROM v WHERE v.encrypted <> 'False'`:                                       "encrypted",
		`SELECT * FROM v WHERE "encrypted" != 'true' OR x IS NOT 'false'`:                    "encrypted x",
		`SELECT * FROM v WHERE a IS 'true' AND b LIKE 'true' AND c NOT LIKE 'true'`:          "a b c",
		`SELECT * FROM v WHERE a IS NOT DISTINCT FROM 'true'`:                                "a",
		`SELECT * FROM v WHERE a NOT IN ('x', 'true') AND b IN ('false')`:                    "a b",
		`SELECT CASE WHEN a = 'true' THEN 'false' ELSE 'true' END FROM v`:                    "a",
		`SELECT CASE a WHEN 'true' THEN 1 WHEN 'false' THEN 2 END FROM v`:                    "a a",
		`SELECT CASE WHEN 'true' THEN 1 END FROM v`:                                          "",
		`SELECT 'true' = a, 'false' <> v.b, 'true' FROM v`:                                   "a b",
		`SELECT * FROM v WHERE lower(a) = 'true' AND cast(b AS text) = 'false'`:              "a b",
		`SELECT * FROM v WHERE coalesce(v.a, 'false') = 'false'`:                             "a",
		`SELECT * FROM v WHERE (a) = 'true' AND json_extract(b, '$.x') = 'true'`:             "a",
		`SELECT * FROM v WHERE lower(CASE WHEN a THEN 'true' ELSE 'false' END) = 'true'`:     "",
		`SELECT * FROM v WHERE iif(a, 'true', 'false') = 'true'`:                             "",
		`SELECT * FROM v WHERE a ->> 'x' = 'true' AND substr(a, 1) = 'true'`:                 "",
		`WITH w AS (SELECT 'true' AS a FROM v) SELECT * FROM w WHERE a = 'true'`:             "",
		`SELECT 'true' AS x, 'true' || a FROM v WHERE name = 'truefalse' -- a = 'true'`:      "",
		`SELECT * FROM v WHERE a IN (SELECT 'true') AND concat('true', b) = c`:               "",
		`DELETE FROM q WHERE fifo <> 'true' AND queue_name LIKE 'z%'`:                        "fifo",
		`INSERT INTO q (fifo, name) VALUES ('true', 'x'); UPDATE q SET fifo = lower('TRUE')`: "",
	} {
		var have []string
		for _, found := range sqltext.QuotedTruths(text) {
			have = append(have, found.Column)
		}
		if strings.Join(have, " ") != want {
			t.Errorf("%s: want %s, have %v", text, want, have)
		}
	}
}
