package engine_test

import (
	"fmt"
	"testing"

	"skyql/internal/engine/enginetest"
	"skyql/internal/resource"
)

// Each shape of query makes exactly the calls that it needs.
func TestCalls(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{Regions: []resource.Region{"us-east-1"}})
	for i := range 3 {
		pool := fmt.Sprintf("us-east-1_pool%d", i)
		w.Put(t, "us-east-1", "AWS::Cognito::UserPool", fmt.Sprintf(`{"UserPoolId": %q, "UserPoolName": "pool %d"}`, pool, i))
		for j := range 10 {
			w.Put(t, "us-east-1", "AWS::Cognito::UserPoolClient",
				fmt.Sprintf(`{"UserPoolId": %q, "ClientId": "client%d%d", "ClientName": "name %d", "GenerateSecret": true}`, pool, i, j, j))
		}
	}
	w.Populate(t, "us-east-1", "AWS::S3::Bucket", 250)
	w.Populate(t, "eu-west-1", "AWS::S3::Bucket", 20)
	for _, test := range []struct {
		name, sql string
		rows      int
		calls     string
	}{
		{"list only", `SELECT user_pool_id, client_id FROM awscc.cognito.user_pool_clients_list_only`, 30, "ListResources=4"},
		{"columns of the list", `SELECT user_pool_id, client_id, region, Identifier FROM awscc.cognito.user_pool_clients`, 30, "ListResources=4"},
		{"a column that is read", `SELECT client_name FROM awscc.cognito.user_pool_clients`, 30, "ListResources=4 GetResource=30"},
		{"below a parent", `SELECT client_id FROM awscc.cognito.user_pool_clients WHERE user_pool_id = 'us-east-1_pool1'`, 10, "ListResources=1"},
		{"below a parent, list only", `SELECT client_id FROM awscc.cognito.user_pool_clients_list_only WHERE user_pool_id = 'us-east-1_pool1'`, 10, "ListResources=1"},
		{"below two parents", `SELECT client_id FROM awscc.cognito.user_pool_clients WHERE user_pool_id IN ('us-east-1_pool1', 'us-east-1_pool2')`, 20, "ListResources=2"},
		{"below a parent that is not there", `SELECT client_id FROM awscc.cognito.user_pool_clients WHERE user_pool_id = 'us-east-1_none'`, 0, "ListResources=1"},
		{"identifier", `SELECT client_name FROM awscc.cognito.user_pool_clients WHERE Identifier = 'us-east-1_pool0|client03'`, 1, "GetResource=1"},
		{"all parts of the identifier", `SELECT client_name FROM awscc.cognito.user_pool_clients WHERE client_id = 'client03' AND user_pool_id = 'us-east-1_pool0'`, 1, "GetResource=1"},
		{"several identifiers", `SELECT client_name FROM awscc.cognito.user_pool_clients WHERE Identifier IN ('us-east-1_pool0|client03', 'us-east-1_pool1|client11', 'us-east-1_pool1|none')`, 2, "GetResource=3"},
		{"one part only", `SELECT client_name FROM awscc.cognito.user_pool_clients WHERE client_id = 'client21'`, 1, "ListResources=4 GetResource=1"},
		{"name that is the identifier", `SELECT arn FROM awscc.s3.buckets WHERE bucket_name = 'none'`, 0, "GetResource=1"},
		{"limit on a list", `SELECT bucket_name FROM awscc.s3.buckets LIMIT 3`, 3, "ListResources=1"},
		{"limit with reads", `SELECT * FROM awscc.s3.buckets LIMIT 3`, 3, "ListResources=1 GetResource=3"},
		{"limit and offset with reads", `SELECT arn FROM awscc.s3.buckets LIMIT 3 OFFSET 2`, 3, "ListResources=1 GetResource=5"},
		{"limit 0", `SELECT arn FROM awscc.s3.buckets LIMIT 0`, 0, ""},
		{"limit with order sees all", `SELECT bucket_name FROM awscc.s3.buckets ORDER BY 1 LIMIT 3`, 3, "ListResources=3"},
		{"limit on a filter over the list", `SELECT bucket_name FROM awscc.s3.buckets WHERE bucket_name LIKE '%1%' LIMIT 3`, 3, "ListResources=1"},
		{"count reads nothing", `SELECT count(*) FROM awscc.s3.buckets`, 1, "ListResources=3"},
		{"regions side by side", `SELECT bucket_name FROM awscc.s3.buckets WHERE region IN ('us-east-1', 'eu-west-1')`, 270, "ListResources=4"},
		{"a region of its own", `SELECT bucket_name FROM awscc.s3.buckets WHERE region = 'eu-west-1'`, 20, "ListResources=1"},
		{"nothing equals NULL", `SELECT bucket_name FROM awscc.s3.buckets WHERE Identifier = NULL`, 0, ""},
		{"join to parents", `SELECT p.user_pool_name, c.client_name FROM awscc.cognito.user_pools p JOIN awscc.cognito.user_pool_clients c ON c.user_pool_id = p.user_pool_id`, 30, "ListResources=4 GetResource=33"},
		{"join by key", `SELECT c.client_name FROM awscc.cognito.user_pool_clients_list_only l JOIN awscc.cognito.user_pool_clients c ON c.user_pool_id = l.user_pool_id AND c.client_id = l.client_id`, 30, "ListResources=4 GetResource=30"},
		{"left join by key", `SELECT b.arn FROM (VALUES ('none'), ('nada')) v LEFT JOIN awscc.s3.buckets b ON b.Identifier = v.column1`, 2, "GetResource=2"},
		{"scalar subquery", `SELECT (SELECT count(*) FROM awscc.cognito.user_pool_clients c WHERE c.user_pool_id = p.user_pool_id) FROM awscc.cognito.user_pools p`, 3, "ListResources=4"},
		{"exists", `SELECT user_pool_id FROM awscc.cognito.user_pools p WHERE EXISTS (SELECT 1 FROM awscc.cognito.user_pool_clients c WHERE c.user_pool_id = p.user_pool_id AND c.client_id = 'client11')`, 1, "ListResources=1 GetResource=3"},
		{"the same table twice", `SELECT a.bucket_name FROM awscc.s3.buckets a, awscc.s3.buckets b WHERE a.bucket_name = b.bucket_name AND a.region = b.region AND a.region = 'eu-west-1'`, 20, "ListResources=1"},
		{"the same table twice, with a read", `SELECT a.bucket_name, b.arn FROM awscc.s3.buckets a, awscc.s3.buckets b WHERE a.bucket_name = b.bucket_name AND a.region = b.region AND a.region = 'eu-west-1'`, 20, "ListResources=1 GetResource=20"},
		{"union", `SELECT bucket_name FROM awscc.s3.buckets WHERE region = 'eu-west-1' UNION ALL SELECT bucket_name FROM awscc.s3.buckets WHERE region = 'eu-west-1'`, 40, "ListResources=1"},
		{"or of identifiers", `SELECT arn FROM awscc.s3.buckets WHERE Identifier = 'none' OR Identifier = 'nada'`, 0, "GetResource=2"},
		{"without tables", `SELECT 1`, 1, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows := w.Rows(t, test.sql)
			if len(rows) != test.rows {
				t.Errorf("want %d rows, have %d: %v", test.rows, len(rows), rows)
			}
			if calls := w.NewCalls(); calls != test.calls {
				t.Errorf("want calls %q, have %q", test.calls, calls)
			}
			if problems := w.Problems(); len(problems) > 0 {
				t.Errorf("problems: %v", problems)
			}
		})
	}
}
