package engine_test

import (
	"fmt"
	"testing"

	"skyql/internal/engine/enginetest"
	"skyql/internal/resource"
)

// callsEstate has 3 pools with 10 clients each, 2 VPCs with 4 subnets and 12
// instances each, and 250 buckets in us-east-1, and 20 buckets in eu-west-1. A
// page holds 100. So a list of all clients is one of the pools and one below each.
func callsEstate(t *testing.T) *enginetest.World {
	t.Helper()
	w := enginetest.New(t, enginetest.Options{Regions: []resource.Region{"us-east-1"}})
	for i := range 3 {
		pool := fmt.Sprintf("us-east-1_pool%d", i)
		w.Put(t, "us-east-1", "AWS::Cognito::UserPool", fmt.Sprintf(`{"UserPoolId": %q, "UserPoolName": "pool %d"}`, pool, i))
		for j := range 10 {
			w.Put(t, "us-east-1", "AWS::Cognito::UserPoolClient",
				fmt.Sprintf(`{"UserPoolId": %q, "ClientId": "client%d%d", "ClientName": "name %d", "GenerateSecret": true}`, pool, i, j, j))
		}
	}
	for i := range 24 {
		vpc, subnet := fmt.Sprintf("vpc-%d", i%2), fmt.Sprintf("subnet-%d", i%8)
		if i < 2 {
			w.Put(t, "us-east-1", "AWS::EC2::VPC", fmt.Sprintf(`{"VpcId": %q, "CidrBlock": "10.%d.0.0/16"}`, vpc, i))
		}
		if i < 8 {
			w.Put(t, "us-east-1", "AWS::EC2::Subnet", fmt.Sprintf(`{"SubnetId": %q, "VpcId": %q, "CidrBlock": "10.%d.%d.0/24"}`, subnet, vpc, i%2, i))
		}
		w.Put(t, "us-east-1", "AWS::EC2::Instance", fmt.Sprintf(`{"InstanceId": "i-%02d", "SubnetId": %q, "InstanceType": "t3.micro"}`, i, subnet))
	}
	w.Populate(t, "us-east-1", "AWS::S3::Bucket", 250)
	w.Populate(t, "eu-west-1", "AWS::S3::Bucket", 20)
	return w
}

// Each shape of query makes exactly the calls that it needs.
func TestCalls(t *testing.T) {
	t.Parallel()
	w := callsEstate(t)
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
		// Each instance, each of the 8 subnets and each of the 2 VPCs is read once.
		{"look-ups three deep", `SELECT i.instance_type, s.cidr_block, v.cidr_block FROM awscc.ec2.instances i JOIN awscc.ec2.subnets s ON s.subnet_id = i.subnet_id JOIN awscc.ec2.vpcs v ON v.vpc_id = s.vpc_id`, 24, "ListResources=1 GetResource=34"},
		{"look-ups three deep, outer", `SELECT i.instance_type, s.cidr_block, v.cidr_block FROM awscc.ec2.instances i LEFT JOIN awscc.ec2.subnets s ON s.subnet_id = i.subnet_id LEFT JOIN awscc.ec2.vpcs v ON v.vpc_id = s.vpc_id`, 24, "ListResources=1 GetResource=34"},
		{"look-ups three deep, of scalar subqueries", `SELECT (SELECT (SELECT v.cidr_block FROM awscc.ec2.vpcs v WHERE v.vpc_id = s.vpc_id) FROM awscc.ec2.subnets s WHERE s.subnet_id = i.subnet_id) FROM awscc.ec2.instances i`, 24, "ListResources=1 GetResource=34"},
		// 3 instances, of which two share a subnet, in 2 subnets of 2 VPCs.
		{"look-ups three deep from identifiers", `SELECT v.cidr_block FROM awscc.ec2.instances i LEFT JOIN awscc.ec2.subnets s ON s.subnet_id = i.subnet_id LEFT JOIN awscc.ec2.vpcs v ON v.vpc_id = s.vpc_id WHERE i.instance_id IN ('i-00', 'i-08', 'i-01')`, 3, "GetResource=7"},
		// No key leads down from a VPC: what is looked at of all subnets and instances is read.
		{"exists in exists", `SELECT vpc_id FROM awscc.ec2.vpcs v WHERE EXISTS (SELECT 1 FROM awscc.ec2.subnets s WHERE s.vpc_id = v.vpc_id AND EXISTS (SELECT 1 FROM awscc.ec2.instances i WHERE i.subnet_id = s.subnet_id))`, 2, "ListResources=3 GetResource=32"},
		// The instance and its subnet; the identifier of the VPC stands there.
		{"a recursive walk up", `WITH RECURSIVE up(id, depth) AS (SELECT 'i-05', 0 UNION ALL SELECT CASE depth WHEN 0 THEN (SELECT subnet_id FROM awscc.ec2.instances i WHERE i.instance_id = up.id) WHEN 1 THEN (SELECT vpc_id FROM awscc.ec2.subnets s WHERE s.subnet_id = up.id) END, depth + 1 FROM up WHERE depth < 2) SELECT id FROM up`, 3, "GetResource=2"},
		// Different keys that are not NULL.
		{"values of json_each as identifiers", `SELECT b.arn FROM json_each('["none", "nada", "none", null]') j JOIN awscc.s3.buckets b ON b.bucket_name = j.value`, 0, "GetResource=2"},
		{"values of json_each as parts of identifiers", `SELECT c.client_name FROM json_each('["client03", "client11"]') j JOIN awscc.cognito.user_pool_clients c ON c.client_id = j.value AND c.user_pool_id = 'us-east-1_pool0'`, 1, "GetResource=2"},
		{"values of json_each as parents", `SELECT c.client_id FROM json_each('["us-east-1_pool0", "us-east-1_pool2", "us-east-1_pool0"]') j JOIN awscc.cognito.user_pool_clients c ON c.user_pool_id = j.value`, 30, "ListResources=2"},
		{"keys of a scalar subquery, one of them twice", `SELECT (SELECT arn FROM awscc.s3.buckets WHERE bucket_name = v.column1) FROM (VALUES ('none'), ('none'), ('nada')) v`, 3, "GetResource=2"},
		{"identifiers of a subquery", `SELECT arn FROM awscc.s3.buckets WHERE bucket_name IN (SELECT 'none' UNION SELECT 'nada')`, 0, "GetResource=2"},
		// All 3 pools are listed and read for the name; below one of them, 10 clients.
		{"parents found by a name", `SELECT client_name FROM awscc.cognito.user_pool_clients WHERE user_pool_id IN (SELECT user_pool_id FROM awscc.cognito.user_pools WHERE user_pool_name = 'pool 1')`, 10, "ListResources=2 GetResource=13"},
		// 3 pages and 1, and all of what they list.
		{"several regions with reads", `SELECT arn FROM awscc.s3.buckets WHERE region IN ('us-east-1', 'eu-west-1')`, 270, "ListResources=4 GetResource=270"},
		{"an identifier in several regions", `SELECT arn FROM awscc.s3.buckets WHERE bucket_name = 'none' AND region IN ('us-east-1', 'eu-west-1')`, 0, "GetResource=2"},
		{"regions out of a join", `SELECT v.column1, count(b.bucket_name) FROM (VALUES ('us-east-1'), ('eu-west-1')) v LEFT JOIN awscc.s3.buckets b ON b.region = v.column1 GROUP BY 1`, 2, "ListResources=4"},
		{"global aggregate of what is listed", `SELECT min(bucket_name), max(bucket_name), count(DISTINCT region) FROM awscc.s3.buckets`, 1, "ListResources=3"},
		{"global aggregate of what is read", `SELECT max(arn) FROM awscc.s3.buckets WHERE region = 'eu-west-1'`, 1, "ListResources=1 GetResource=20"},
		{"group by region", `SELECT region, count(*) FROM awscc.s3.buckets GROUP BY region`, 1, "ListResources=3"},
		{"group by parent", `SELECT user_pool_id, count(*) FROM awscc.cognito.user_pool_clients GROUP BY user_pool_id`, 3, "ListResources=4"},
		{"distinct identifiers", `SELECT DISTINCT bucket_name FROM awscc.s3.buckets`, 250, "ListResources=3"},
		{"distinct part of identifiers", `SELECT DISTINCT user_pool_id FROM awscc.cognito.user_pool_clients`, 3, "ListResources=4"},
		{"count of distinct identifiers", `SELECT count(DISTINCT bucket_name) FROM awscc.s3.buckets`, 1, "ListResources=3"},
		{"count below a parent", `SELECT count(*) FROM awscc.cognito.user_pool_clients WHERE user_pool_id = 'us-east-1_pool1'`, 1, "ListResources=1"},
		{"count of what is read below a parent", `SELECT count(client_name) FROM awscc.cognito.user_pool_clients WHERE user_pool_id = 'us-east-1_pool1'`, 1, "ListResources=1 GetResource=10"},
		{"union over two types", `SELECT vpc_id FROM awscc.ec2.vpcs UNION SELECT subnet_id FROM awscc.ec2.subnets`, 10, "ListResources=2"},
		{"except over parents and children", `SELECT user_pool_id FROM awscc.cognito.user_pools EXCEPT SELECT user_pool_id FROM awscc.cognito.user_pool_clients`, 0, "ListResources=4"},
		{"window over identifiers", `SELECT bucket_name, row_number() OVER (ORDER BY bucket_name) FROM awscc.s3.buckets`, 250, "ListResources=3"},
		{"materialised and used twice", `WITH c AS MATERIALIZED (SELECT bucket_name FROM awscc.s3.buckets) SELECT count(*) FROM c a JOIN c b USING (bucket_name)`, 1, "ListResources=3"},
		{"join of a type with itself on what is read", `SELECT count(*) FROM awscc.ec2.instances a JOIN awscc.ec2.instances b ON a.subnet_id = b.subnet_id`, 1, "ListResources=1 GetResource=24"},
		{"exists by identifier", `SELECT EXISTS (SELECT 1 FROM awscc.s3.buckets WHERE bucket_name = 'none')`, 1, "GetResource=1"},
		// 120 rows are on 2 pages, and so is the 153rd.
		{"limit beyond a page", `SELECT bucket_name FROM awscc.s3.buckets LIMIT 120`, 120, "ListResources=2"},
		{"offset beyond a page", `SELECT bucket_name FROM awscc.s3.buckets LIMIT 3 OFFSET 150`, 3, "ListResources=2"},
		{"limit over several regions", `SELECT arn FROM awscc.s3.buckets WHERE region IN ('us-east-1', 'eu-west-1') LIMIT 4`, 4, "ListResources=1 GetResource=4"},
		{"limit over a join by identifiers", `SELECT v.column1, b.arn FROM (VALUES ('none'), ('nada'), ('nil')) v LEFT JOIN awscc.s3.buckets b ON b.bucket_name = v.column1 WHERE v.column1 <> 'nil' LIMIT 2`, 2, "GetResource=2"},
		// All names, and the rows that win.
		{"first by a listed column", `SELECT arn FROM awscc.s3.buckets ORDER BY bucket_name LIMIT 3`, 3, "ListResources=3 GetResource=3"},
		// The first page, and the rows that are shown.
		{"limit over a join by key", `SELECT b.arn FROM awscc.s3.buckets_list_only n JOIN awscc.s3.buckets b ON b.bucket_name = n.bucket_name AND b.region = n.region LIMIT 3`, 3, "ListResources=1 GetResource=3"},
		// 4 instances and their 4 subnets.
		{"limit over an outer join by key", `SELECT i.instance_id, s.cidr_block FROM awscc.ec2.instances i LEFT JOIN awscc.ec2.subnets s ON s.subnet_id = i.subnet_id LIMIT 4`, 4, "ListResources=1 GetResource=8"},
		// Rows up to the last one that is shown.
		{"offset beyond a page with reads", `SELECT arn FROM awscc.s3.buckets LIMIT 3 OFFSET 150`, 3, "ListResources=2 GetResource=153"},
		// The first page tells.
		{"whether there is any", `SELECT EXISTS (SELECT 1 FROM awscc.s3.buckets)`, 1, "ListResources=1"},
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

// Shapes that still make more calls than they need, with what is ideal. Who makes
// one ideal moves it to the test above.
func TestCallsBeyondIdeal(t *testing.T) {
	t.Parallel()
	w := callsEstate(t)
	for _, test := range []struct {
		name, sql string
		rows      int
		ideal     string
	}{
		// The pools, and below the first of them.
		{"limit over a join with children", `SELECT c.client_id FROM awscc.cognito.user_pools p JOIN awscc.cognito.user_pool_clients c ON c.user_pool_id = p.user_pool_id LIMIT 3`, 3, "ListResources=2"},
		// The pools, and below two of them: all parents are listed side by side.
		{"limit over children", `SELECT client_id FROM awscc.cognito.user_pool_clients LIMIT 12`, 12, "ListResources=3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows := w.Rows(t, test.sql)
			if len(rows) != test.rows {
				t.Errorf("want %d rows, have %d: %v", test.rows, len(rows), rows)
			}
			calls := w.NewCalls()
			if calls == test.ideal {
				t.Error("it is ideal now: move it to TestCalls")
			}
			t.Logf("ideal is %q, have %q", test.ideal, calls)
		})
	}
}
