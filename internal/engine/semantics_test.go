package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/engine/enginetest"
	"skyql/internal/resource"
)

// estate puts pools, clients, groups and buckets into two regions, with NULLs,
// numbers, truth values and equal names among them.
func estate(t *testing.T) *enginetest.World {
	t.Helper()
	w := enginetest.New(t, enginetest.Options{Regions: []resource.Region{"us-east-1", "eu-west-1"}, PageSize: 3})
	for r, region := range []resource.Region{"us-east-1", "eu-west-1"} {
		for i := range 5 {
			pool := fmt.Sprintf("%s_pool%d", region, i)
			w.Put(t, region, "AWS::Cognito::UserPool", fmt.Sprintf(
				`{"UserPoolId": %q, "UserPoolName": "pool %d", "MfaConfiguration": %q}`, pool, i%3, []string{"OFF", "ON", "OPTIONAL"}[i%3]))
			for j := range i {
				name := fmt.Sprintf(`, "ClientName": "client %d", "AccessTokenValidity": %d`, j, 5*j+5)
				if j == 2 {
					name = ""
				}
				w.Put(t, region, "AWS::Cognito::UserPoolClient", fmt.Sprintf(
					`{"UserPoolId": %q, "ClientId": "c%d%d%d", "GenerateSecret": %v, "CallbackURLs": ["https://%d.example", "https://x.example"]%s}`,
					pool, r, i, j, j%2 == 0, j, name))
			}
			w.Put(t, region, "AWS::S3::Bucket", fmt.Sprintf(
				`{"BucketName": "bucket-%d-%d", "Tags": [{"Key": "Owner", "Value": "team %d"}, {"Key": "N", "Value": "%d"}]}`, r, i, i%2, i))
		}
		w.Put(t, region, "AWS::S3::Bucket", fmt.Sprintf(`{"BucketName": "untagged-%d"}`, r))
	}
	return w
}

// queries name tables as {pools}, {clients}, {buckets} and {names} (which only
// lists), so that they can be asked of AWS and of copies in SQLite.
var queries = []string{
	`SELECT * FROM {buckets}`,
	`SELECT * FROM {clients}`,
	`SELECT region, client_id, client_name, generate_secret, access_token_validity FROM {clients} WHERE generate_secret`,
	`SELECT client_id FROM {clients} WHERE client_name IS NULL`,
	`SELECT client_id FROM {clients} WHERE access_token_validity = '5'`,
	`SELECT client_id FROM {clients} WHERE access_token_validity IN (0, 15.0, '5')`,
	`SELECT client_id FROM {clients} WHERE generate_secret = 1 AND client_name = 'client 0'`,
	`SELECT client_id FROM {clients} WHERE client_id = 'C021' COLLATE NOCASE`,
	`SELECT bucket_name FROM {buckets} WHERE bucket_name = 'BUCKET-0-1' COLLATE NOCASE`,
	`SELECT bucket_name FROM {buckets} WHERE bucket_name > 'bucket-0-2' AND region <> 'eu-west-1'`,
	`SELECT bucket_name FROM {buckets} WHERE bucket_name LIKE 'b%1' OR bucket_name GLOB 'un*'`,
	`SELECT bucket_name FROM {buckets} WHERE NOT (bucket_name = 'bucket-0-1')`,
	`SELECT bucket_name FROM {buckets} WHERE bucket_name = 'bucket-0-1' OR bucket_name = 'bucket-1-1' OR arn LIKE '%bucket-0-2'`,
	`SELECT bucket_name FROM {buckets} WHERE (bucket_name, region) IN (('bucket-0-1', 'us-east-1'), ('bucket-0-2', 'eu-west-1'))`,
	`SELECT bucket_name FROM {buckets} WHERE (region, bucket_name) = ('us-east-1', 'bucket-0-1')`,
	`SELECT count(*), count(tags), count(DISTINCT region) FROM {buckets}`,
	`SELECT region, count(*) AS n FROM {buckets} GROUP BY region HAVING count(tags) > 2 ORDER BY n`,
	`SELECT DISTINCT user_pool_name FROM {pools}`,
	`SELECT bucket_name FROM {buckets} ORDER BY bucket_name DESC LIMIT 3 OFFSET 1`,
	`SELECT user_pool_name, user_pool_id FROM {pools} ORDER BY user_pool_name, user_pool_id LIMIT 4`,
	`SELECT p.user_pool_name, c.client_name FROM {pools} p JOIN {clients} c ON c.user_pool_id = p.user_pool_id`,
	`SELECT p.user_pool_name, c.client_name FROM {pools} p LEFT JOIN {clients} c ON c.user_pool_id = p.user_pool_id AND c.client_name = 'client 1'`,
	`SELECT p.user_pool_id, c.client_id FROM {clients} c RIGHT JOIN {pools} p ON c.user_pool_id = p.user_pool_id AND c.region = p.region`,
	`SELECT a.user_pool_id, b.user_pool_id FROM {pools} a FULL JOIN {pools} b ON a.user_pool_name = b.user_pool_name AND a.region < b.region`,
	`SELECT a.user_pool_id, b.user_pool_id FROM {pools} a, {pools} b WHERE a.user_pool_name = b.user_pool_name AND a.user_pool_id < b.user_pool_id`,
	`SELECT p.user_pool_id FROM {pools} p CROSS JOIN {buckets} b WHERE b.bucket_name = 'untagged-0' AND p.region = b.region`,
	`SELECT user_pool_id, client_id FROM {pools} NATURAL JOIN {clients}`,
	`SELECT user_pool_id, client_id FROM {pools} JOIN {clients} USING (user_pool_id, region)`,
	`SELECT n.bucket_name, b.arn FROM {names} n JOIN {buckets} b ON b.bucket_name = n.bucket_name AND b.region = n.region`,
	`SELECT n.bucket_name, b.arn FROM {names} n JOIN {buckets} b ON b.bucket_name = n.bucket_name WHERE b.region = 'us-east-1'`,
	`SELECT user_pool_id FROM {pools} p WHERE EXISTS (SELECT 1 FROM {clients} c WHERE c.user_pool_id = p.user_pool_id AND NOT c.generate_secret)`,
	`SELECT user_pool_id FROM {pools} p WHERE NOT EXISTS (SELECT 1 FROM {clients} c WHERE c.user_pool_id = p.user_pool_id)`,
	`SELECT user_pool_id FROM {pools} WHERE user_pool_id IN (SELECT user_pool_id FROM {clients} WHERE client_name = 'client 3')`,
	`SELECT user_pool_id FROM {pools} WHERE user_pool_id NOT IN (SELECT user_pool_id FROM {clients})`,
	`SELECT user_pool_id, (SELECT max(access_token_validity) FROM {clients} c WHERE c.user_pool_id = p.user_pool_id) AS m FROM {pools} p`,
	`SELECT user_pool_id, (SELECT client_id FROM {clients} c WHERE c.user_pool_id = p.user_pool_id ORDER BY client_id LIMIT 1) FROM {pools} p`,
	`SELECT b.bucket_name, t.value ->> 'Value' FROM {buckets} b, json_each(b.tags) t WHERE t.value ->> 'Key' = 'Owner'`,
	`SELECT j.value, b.arn FROM json_each('["bucket-0-1", "bucket-1-1", "none"]') j LEFT JOIN {buckets} b ON b.bucket_name = j.value`,
	`SELECT bucket_name FROM {buckets} UNION SELECT user_pool_name FROM {pools}`,
	`SELECT user_pool_name FROM {pools} INTERSECT SELECT 'pool 1'`,
	`SELECT user_pool_id FROM {pools} EXCEPT SELECT user_pool_id FROM {clients}`,
	`WITH c AS (SELECT user_pool_id, count(*) AS n FROM {clients} GROUP BY 1) SELECT p.user_pool_id, c.n FROM {pools} p LEFT JOIN c USING (user_pool_id)`,
	`WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 4) SELECT i, b.arn FROM n LEFT JOIN {buckets} b ON b.bucket_name = 'bucket-0-' || i`,
	`WITH RECURSIVE walk(name, depth) AS (SELECT 'bucket-0-0', 0 UNION ALL SELECT b.bucket_name, depth + 1 FROM walk JOIN {buckets} b ON b.bucket_name = 'bucket-0-' || (depth + 1)) SELECT * FROM walk`,
	`SELECT client_id, row_number() OVER (PARTITION BY user_pool_id ORDER BY client_id) AS n FROM {clients}`,
	`SELECT user_pool_id, sum(access_token_validity) OVER (ORDER BY client_id) AS s FROM {clients}`,
	`SELECT region_of, n FROM (SELECT region AS region_of, count(*) AS n FROM {clients} GROUP BY region) WHERE n > 3`,
	`SELECT CASE WHEN generate_secret THEN 'yes' ELSE 'no' END AS s, count(*) FROM {clients} GROUP BY s`,
	`SELECT max(p.user_pool_name || ':' || coalesce(c.client_name, '-')) FROM {pools} p LEFT JOIN {clients} c ON c.user_pool_id = p.user_pool_id`,
	`SELECT a.client_id, b.client_id, d.bucket_name FROM {clients} a JOIN {clients} b ON a.client_name = b.client_name AND a.client_id < b.client_id JOIN {buckets} d ON d.region = b.region AND d.bucket_name LIKE '%-' || a.access_token_validity`,
	`SELECT count(*) FROM {clients} a JOIN {clients} b ON a.access_token_validity = b.access_token_validity + 5`,
	`SELECT p.user_pool_id FROM {pools} p WHERE (SELECT count(*) FROM {clients} c WHERE c.user_pool_id = p.user_pool_id) BETWEEN 2 AND 3`,
	`SELECT bucket_name FROM {buckets} WHERE region = 'eu-west-1' AND Identifier IN ('bucket-1-0', 'bucket-0-0')`,
	`SELECT client_id FROM {clients} WHERE region IN ('us-east-1') AND user_pool_id IN ('us-east-1_pool4', 'eu-west-1_pool4')`,
	`SELECT client_id FROM {clients} WHERE user_pool_id = 'us-east-1_pool4' AND client_id IN ('c041', 'c042', 'c130')`,
	`SELECT callback_urls FROM {clients} WHERE callback_urls = '["https://1.example","https://x.example"]'`,
	`SELECT group_concat(bucket_name, ',') FROM (SELECT bucket_name FROM {buckets} ORDER BY 1)`,
	`SELECT Identifier FROM {clients} WHERE Identifier = 'us-east-1_pool1|c010'`,
	`SELECT c.client_id, typeof(j.value) FROM json_each('["5", 10.0, 15, "x", " 5", null, "1e1"]') j JOIN {clients} c ON c.access_token_validity = j.value`,
	`SELECT c.client_id, j.value FROM json_each('[1, "0", true, "true", 2]') j JOIN {clients} c ON c.generate_secret = j.value`,
	`SELECT c.client_id, j.value FROM json_each('["client 1", "CLIENT 1", 1]') j JOIN {clients} c ON c.client_name = j.value`,
	`SELECT c.client_id, d.client_id FROM {clients} c JOIN {clients} d ON c.access_token_validity = d.client_id`,
	`VALUES (1), ((SELECT count(*) FROM {pools}))`,
}

var local = strings.NewReplacer("{pools}", "local_pools", "{clients}", "local_clients", "{buckets}", "local_buckets",
	"{names}", "local_names")

var remote = strings.NewReplacer("{pools}", "awscc.cognito.user_pools", "{clients}", "awscc.cognito.user_pool_clients",
	"{buckets}", "awscc.s3.buckets", "{names}", "awscc.s3.buckets_list_only")

// The rows are those that SQLite gives for ordinary tables of the same content.
func TestSameRowsAsSQLite(t *testing.T) {
	t.Parallel()
	w := estate(t)
	for _, name := range []string{"{pools}", "{clients}", "{buckets}", "{names}"} {
		// ANY columns of a copy keep the affinities that CREATE TABLE AS gives.
		w.Rows(t, fmt.Sprintf(`CREATE TEMP TABLE %s AS SELECT * FROM %s`, local.Replace(name), remote.Replace(name)))
	}
	for _, query := range queries {
		t.Run(query, func(t *testing.T) {
			want := w.Rows(t, local.Replace(query))
			got := w.Rows(t, remote.Replace(query))
			if diff := cmp.Diff(comparable(query, want), comparable(query, got)); diff != "" {
				t.Errorf("(-SQLite +skyql):\n%s", diff)
			}
			if problems := w.Problems(); len(problems) > 0 {
				t.Errorf("problems: %v", problems)
			}
		})
	}
}

// comparable writes rows as text, in order if the query asks for one. Copies in
// SQLite know numbers where we know truth values.
func comparable(query string, rows [][]any) []string {
	lines := make([]string, len(rows))
	for i, row := range rows {
		for _, value := range row {
			switch v := value.(type) {
			case bool:
				if v {
					value = 1
				} else {
					value = 0
				}
			case float64:
				value = fmt.Sprintf("%g", v)
			default:
				value = fmt.Sprint(v)
				if raw, ok := v.(interface{ MarshalJSON() ([]byte, error) }); ok {
					text, _ := raw.MarshalJSON()
					value = string(text)
				}
			}
			lines[i] += fmt.Sprintf("%v|", value)
		}
	}
	if !strings.Contains(query, "ORDER BY") || strings.Contains(query, "OVER") {
		slices.Sort(lines)
	}
	return lines
}
