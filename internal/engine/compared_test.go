package engine

import "testing"

func TestComparesRegion(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sql  string
		want bool
	}{
		{`SELECT region, role_name FROM roles`, false},
		{`SELECT r.region, count(*) FROM roles r GROUP BY r.region ORDER BY region DESC LIMIT 3`, false},
		{`SELECT DISTINCT region FROM roles`, false},
		{`SELECT region FROM roles WHERE arn <> 'x' GROUP BY region HAVING count(*) > 1`, false},
		{`SELECT *, region FROM roles`, false},
		{`SELECT count(DISTINCT region), max(region) FROM roles`, false},
		{`SELECT json_object('region', region) FROM roles`, false},
		{`SELECT r.region FROM roles r JOIN q ON q.arn = r.arn WHERE q.region = 'eu-west-1'`, false},
		{`SELECT region FROM roles WHERE region == 'a' AND name LIKE 'b'`, false},
		{`SELECT region FROM roles WHERE name = 'b' AND r.region IN ('a', 'b')`, false},
		{`SELECT region AS here FROM roles ORDER BY here`, false},
		{`INSERT INTO o (region, role) SELECT region, role_name FROM roles`, false},
		{`CREATE TABLE o AS SELECT region FROM roles`, false},
		{`SELECT * FROM (SELECT region, arn FROM roles) x`, false},
		{`SELECT 1 WHERE EXISTS (SELECT region FROM roles)`, false},
		{`SELECT row_number() OVER (PARTITION BY region ORDER BY arn) FROM roles`, false},
		{`SELECT arn FROM roles WHERE arn = 'region = other'`, false},
		{`SELECT arn FROM roles /* region = x */`, false},

		{`SELECT 1 FROM roles r JOIN q ON q.region = r.region`, true},
		{`SELECT 1 FROM roles r JOIN o ON o.place = r."region"`, true},
		{`SELECT 1 FROM roles r JOIN o ON r.Region=o.place`, true},
		{`SELECT 1 FROM roles JOIN q USING (region)`, true},
		{`SELECT 1 FROM roles JOIN q USING (arn, region)`, true},
		{`SELECT 1 FROM roles r JOIN o ON lower(r.region) = o.place`, true},
		{`SELECT 1 FROM roles r, o WHERE o.place = trim(lower(r.region))`, true},
		{`SELECT 1 FROM roles r WHERE (r.region, r.name) IN (SELECT place, name FROM o)`, true},
		{`SELECT 1 FROM o WHERE (name, place) IN (SELECT name, region FROM roles)`, true},
		{`SELECT 1 FROM o WHERE place IN (SELECT region FROM roles)`, true},
		{`SELECT 1 FROM o WHERE place = (SELECT region FROM roles LIMIT 1)`, true},
		{`SELECT 1 FROM roles WHERE region LIKE 'eu-%'`, true},
		{`SELECT 1 FROM roles WHERE region <> 'us-east-1'`, true},
		{`SELECT 1 FROM roles WHERE region IN (SELECT place FROM o)`, true},
		{`SELECT 1 FROM roles WHERE region IN ('a', o.place)`, true},
		{`SELECT CASE region WHEN o.place THEN 1 END FROM roles, o`, true},
		{`SELECT region FROM roles WHERE region = 'a' OR arn = 'b'`, true},
		{`SELECT region FROM roles r LEFT JOIN q ON r.region = 'a'`, true},
		{`SELECT region FROM roles GROUP BY region HAVING region = 'a'`, true},
		{`SELECT region = 'a' FROM roles`, true},
		{`SELECT region || arn FROM roles`, true},
		{`SELECT 1 FROM o JOIN (SELECT region AS place FROM roles) x ON x.place = o.place`, true},
		{`SELECT 1 FROM o JOIN (SELECT region place FROM roles) x ON x.place = o.place`, true},
		{`WITH x AS (SELECT region, arn FROM roles) SELECT 1 FROM x JOIN o ON o.place = x.region`, true},
		{`SELECT 1 FROM roles r WHERE NOT EXISTS (SELECT 1 FROM o WHERE o.place = r.region)`, true},
	} {
		t.Run(test.sql, func(t *testing.T) {
			t.Parallel()
			if got := comparesRegion(test.sql); got != test.want {
				t.Errorf("want %v, have %v", test.want, got)
			}
		})
	}
}

func TestDefines(t *testing.T) {
	t.Parallel()
	const source = `WITH a AS (SELECT 1), "b"(x, y) AS NOT MATERIALIZED (SELECT f(2), 3) SELECT c AS (d), e(1) FROM a, b, v`
	for name, want := range map[string]bool{"a": true, "B": true, "v": false, "e": false, "x": false} {
		if got := defines(source, name); got != want {
			t.Errorf("%s: want %v, have %v", name, want, got)
		}
	}
}
