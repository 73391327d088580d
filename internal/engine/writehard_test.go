package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"skyql/internal/cloudcontrol"
	"skyql/internal/engine"
	"skyql/internal/engine/enginetest"
	"skyql/internal/fetch"
	"skyql/internal/resource"
	"skyql/internal/sqltext"
)

// changing answers changes and reads as it is told.
type changing struct {
	cloudcontrol.Client
	get    func() error
	status func(cloudcontrol.ProgressEvent) cloudcontrol.ProgressEvent
}

// Get implements cloudcontrol.Reader.
func (c changing) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	if c.get != nil {
		if err := c.get(); err != nil {
			return cloudcontrol.Description{}, err
		}
	}
	return c.Client.Get(ctx, in)
}

// RequestStatus implements cloudcontrol.RequestTracker.
func (c changing) RequestStatus(ctx context.Context, in cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	status, err := c.Client.RequestStatus(ctx, in)
	if c.status != nil {
		status.Event = c.status(status.Event)
	}
	return status, err
}

func changingWorld(t *testing.T, c changing) *enginetest.World {
	t.Helper()
	return enginetest.New(t, enginetest.Options{Write: quick, Wrap: func(inner cloudcontrol.Client) cloudcontrol.Client {
		c.Client = inner
		return c
	}})
}

// A write is what SQL says an UPDATE or DELETE is, and nothing that its query
// would be.
func TestWritesThatAreNone(t *testing.T) {
	t.Parallel()
	w := writable(t)
	for _, test := range []struct{ sql, want string }{
		{`DELETE FROM awscc.s3.buckets WHERE Identifier = 'none' UNION SELECT 'us-east-1', 'alpha'`, `near "UNION": syntax error (line 1, column 56)`},
		{`DELETE FROM awscc.s3.buckets WHERE bucket_name > '' GROUP BY region`, `near "GROUP": syntax error`},
		{`UPDATE awscc.sqs.queues SET visibility_timeout = 1) || (2 WHERE queue_name = 'jobs'`, `syntax error near ")"`},
		{`UPDATE awscc.sqs.queues SET visibility_timeout = max(visibility_timeout) WHERE true`, `misuse of aggregate function max()`},
		{`UPDATE awscc.s3.buckets SET tags = json_array(count(*)) WHERE true`, `misuse of aggregate`},
		{`DELETE FROM awscc.s3.buckets WHERE count(*) > 1`, `misuse of aggregate`},
		{`UPDATE awscc.s3.buckets SET tags = 1, tags = 2 WHERE true`, `tags and tags are the same column`},
		{`DELETE FROM awscc.s3.buckets WHERE true RETURNING bucket_name LIMIT 1`, `nothing stands behind RETURNING`},
		{`CREATE TEMP TRIGGER x AFTER INSERT ON y BEGIN DELETE FROM awscc.s3.buckets WHERE true; END`, `cannot be written in triggers`},
		{`WITH d AS (DELETE FROM awscc.s3.buckets WHERE true) SELECT * FROM d`, `cannot be written in triggers`},
		{`UPDATE awscc.sqs.queues SET delay_seconds = 1 FROM (SELECT 1) a RIGHT JOIN (SELECT 2 AS x) b ON false WHERE queue_name = :q`, `no value`},
		{`DELETE FROM awscc.s3.buckets LIMIT 2`, "DELETE without WHERE would delete all resources of awscc.s3.buckets, 3 at present"},
		{`DELETE FROM awscc.s3.buckets WHERE RoleArn = 'arn:aws:iam::123456789012:role/x'`, "DELETE without WHERE"},
		{`UPDATE awscc.s3.buckets SET tags = NULL, ClientToken = 'same' WHERE bucket_name IN ('alpha', 'beta') AND false`, ""},
		{`INSERT INTO awscc.s3.buckets (BucketName, ClientToken) VALUES ('x', 't'), ('y', 't')`, `ClientToken "t" is that of 2 changes in us-east-1; nothing was sent`},
		{`UPDATE awscc.s3.buckets SET tags = '[{"Key": "a", "Value": "b"}]', ClientToken = 't' WHERE true`, `ClientToken "t" is that of 3 changes`},
		{`UPDATE awscc.s3.buckets SET tags = '{"Key": "a"}' WHERE bucket_name = 'alpha'`, `#/Tags: expected type: JSONArray, found: JSONObject`},
		{`INSERT INTO awscc.cloud_control.resources (TypeName, DesiredState, ClientToken) VALUES ('AWS::S3::Bucket', '{}', 123)`, `text is wanted, not 123`},
		{`INSERT INTO awscc.cloud_control.resources (TypeName, DesiredState) VALUES ('AWS::S3::Bucket', '{"BucketName": "x"}'), ('AWS::S3::Bucket', '{"BucketName": "x"}')`,
			`row 1 is about "x" as well`},
		{`INSERT INTO awscc.cloud_control.resources (TypeName, DesiredState) VALUES ('AWS::S3::Bucket', '{"Nmae": 1}')`, `extraneous key [Nmae]`},
		{`INSERT INTO awscc.cloud_control.resources (TypeName) VALUES ('AWS::S3::Bucket')`, `names the columns TypeName and DesiredState`},
		{`INSERT INTO awscc.cloud_control.resources (TypeName, DesiredState, Color) VALUES ('AWS::S3::Bucket', '{}', 'red')`, `Color cannot be set`},
		{`UPDATE awscc.cloud_control.resources SET ClientToken = 'x' WHERE TypeName = 'AWS::S3::Bucket' AND Identifier = 'alpha'`, `sets PatchDocument`},
		{`UPDATE awscc.cloud_control.resource_requests SET Identifier = 'x' WHERE true`, `DELETE cancels one`},
		{`INSERT INTO awscc.tagging.tagged_resources (ResourceARN, Tags, region) VALUES ('arn:aws:s3:::alpha', '{"a": "b"}', 7)`, `region is text`},
		{`INSERT INTO awscc.tagging.tagged_resources (ResourceARN, Tags) VALUES ('arn:aws:s3:::alpha', '{"a": "1"}'), ('arn:aws:s3:::alpha', '{"a": "2"}')`,
			`another row says otherwise`},
		{`INSERT INTO awscc.tagging.tagged_resources (ResourceARN, Tags) VALUES ('arn:aws:s3:::alpha', 'a=b')`, `Tags is JSON such as`},
		{`DELETE FROM awscc.tagging.tagged_resources WHERE ResourceARN = 'arn:aws:s3:::alpha'`, `TagKeys says which tags to take away`},
		{`INSERT INTO awscc.tagging.tag_keys (Key) VALUES ('x')`, `cannot be written, only read`},
	} {
		_, err := w.Try(t.Context(), test.sql)
		switch {
		case test.want == "" && err != nil, test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s\nwant %s\nhave %v", test.sql, test.want, err)
		}
	}
	counts := w.Calls.Counts()
	for _, operation := range []string{"CreateResource", "UpdateResource", "DeleteResource", "tagging:TagResources", "tagging:UntagResources"} {
		if counts[operation] > 0 {
			t.Errorf("%d calls of %s", counts[operation], operation)
		}
	}
	if rows := w.Rows(t, `SELECT count(*) FROM sqlite_temp_schema`); fmt.Sprint(rows) != "[[0]]" {
		t.Errorf("left behind: %v", w.Rows(t, `SELECT name FROM sqlite_temp_schema`))
	}
}

// What is counted are resources, not rows of joins.
func TestMaxChangesCountsResources(t *testing.T) {
	t.Parallel()
	w := writable(t)
	w.Rows(t, `SET max_changes = 3`)
	w.Rows(t, `UPDATE awscc.s3.buckets SET tags = '[]' FROM generate_series(1, 60) WHERE bucket_name > ''`)
	w.Rows(t, `SET max_changes = 2`)
	for sql, want := range map[string]int{
		`UPDATE awscc.s3.buckets SET tags = '[]' FROM generate_series(1, 60) WHERE bucket_name > ''`:                      3,
		`INSERT INTO awscc.s3.buckets (BucketName) VALUES ('x') UNION ALL SELECT 'y' || value FROM generate_series(1, 9)`: 10,
		`INSERT INTO awscc.tagging.tagged_resources (ResourceARNList, Tags) SELECT '["a", "b", "c"]', '{"k": "v"}'`:       3,
		`DELETE FROM awscc.cloud_control.resources WHERE TypeName = 'AWS::S3::Bucket'`:                                    3,
	} {
		_, err := w.Try(t.Context(), sql)
		var many *engine.TooManyError
		if !errors.As(err, &many) || many.Count != want {
			t.Errorf("%s: want %d, have %v", sql, want, err)
		}
	}
}

// A handler that misses something else than the resource has failed.
func TestUpdateThatFailsWithNotFound(t *testing.T) {
	t.Parallel()
	w := changingWorld(t, changing{status: func(event cloudcontrol.ProgressEvent) cloudcontrol.ProgressEvent {
		event.Status, event.ErrorCode, event.StatusMessage = cloudcontrol.Failed, resource.NotFound, "KMS key k does not exist"
		return event
	}})
	w.Put(t, "us-east-1", "AWS::SQS::Queue", `{"QueueName": "jobs"}`)
	_, err := w.Try(t.Context(), `UPDATE awscc.sqs.queues SET kms_master_key_id = 'k' WHERE queue_name = 'jobs'`)
	if err == nil || !strings.Contains(err.Error(), "NotFound: KMS key k does not exist (request token ") {
		t.Errorf("have %v", err)
	}
	if rows := w.Rows(t, `SELECT code, request_token IS NOT NULL FROM skyql.errors`); fmt.Sprint(rows) != "[[NotFound 1]]" {
		t.Errorf("skyql.errors: %v", rows)
	}
}

// What RETURNING fails with hides nothing.
func TestReturningThatFails(t *testing.T) {
	t.Parallel()
	for _, returning := range []string{`json('{bad')`, `(SELECT json('{bad') FROM awscc.s3.buckets_list_only)`} {
		w := writable(t)
		_, notes, err := told(t, w, `INSERT INTO awscc.s3.buckets (BucketName) VALUES ('alpha'), ('new') RETURNING `+returning)
		if notes != "created 1 resource of awscc.s3.buckets" {
			t.Errorf("%s: notes: %s", returning, notes)
		}
		if err == nil || !errors.Is(err, resource.AlreadyExists) || !strings.Contains(err.Error(), "malformed JSON") {
			t.Errorf("%s: %v", returning, err)
		}
		if rows := w.Rows(t, `SELECT identifier FROM skyql.errors`); fmt.Sprint(rows) != "[[alpha]]" {
			t.Errorf("%s: skyql.errors: %v", returning, rows)
		}
	}
}

// RETURNING's subqueries read the tables, its own columns the outcomes.
func TestReturningWithSubqueries(t *testing.T) {
	t.Parallel()
	w := writable(t)
	rows := w.Rows(t, `WITH n(x) AS (SELECT 7) UPDATE awscc.s3.buckets AS b SET tags = '[{"Key": "a", "Value": "b"}]' WHERE bucket_name IN ('alpha', 'beta')
		RETURNING b.bucket_name, (SELECT count(*) FROM awscc.s3.buckets), (SELECT x FROM n)`)
	if fmt.Sprint(rows) != "[[alpha 3 7] [beta 3 7]]" {
		t.Errorf("have %v", rows)
	}
	rows = w.Rows(t, `DELETE FROM awscc.s3.buckets WHERE bucket_name = 'alpha' RETURNING buckets.bucket_name, awscc.s3.buckets.Identifier, upper(Identifier) AS name`)
	if fmt.Sprint(rows) != "[[alpha alpha ALPHA]]" {
		t.Errorf("have %v", rows)
	}
	_, _, err := told(t, w, `INSERT INTO awscc.s3.buckets (BucketName) VALUES ('beta') RETURNING (SELECT count(*) FROM awscc.sqs.queues)`)
	if !errors.Is(err, resource.AlreadyExists) {
		t.Errorf("have %v", err)
	}
	if rows := w.Rows(t, `SELECT identifier FROM skyql.errors`); fmt.Sprint(rows) != "[[beta]]" {
		t.Errorf("skyql.errors: %v", rows)
	}
}

// A resource that was made and could not be read is a result that lacks something.
func TestReadBackThatFails(t *testing.T) {
	t.Parallel()
	w := changingWorld(t, changing{get: func() error {
		return &resource.Error{Operation: "GetResource", Type: "AWS::S3::Bucket", Code: resource.AccessDenied, Message: "no"}
	}})
	rows := w.Rows(t, `INSERT INTO awscc.s3.buckets (BucketName) VALUES ('new') RETURNING Identifier, OperationStatus, arn`)
	if fmt.Sprint(rows) != "[[new SUCCESS <nil>]]" {
		t.Errorf("have %v", rows)
	}
	problems := w.Problems()
	if len(problems) != 1 || !errors.Is(problems[0].Err, resource.AccessDenied) || !strings.Contains(problems[0].Err.Error(), `"new" was created but could not be read`) {
		t.Errorf("problems: %v", problems)
	}
	if rows := w.Rows(t, `SELECT identifier, code FROM skyql.errors`); fmt.Sprint(rows) != "[[new AccessDenied]]" {
		t.Errorf("skyql.errors: %v", rows)
	}
}

func TestIdentifiersInJSONForm(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{Write: quick})
	w.Put(t, "us-east-1", "AWS::Cognito::UserPoolClient", `{"UserPoolId": "p", "ClientId": "c", "ClientName": "old"}`)
	const where = ` WHERE Identifier = '{"UserPoolId":"p","ClientId":"c"}'`
	if rows := w.Rows(t, `SELECT client_name FROM awscc.cognito.user_pool_clients`+where); fmt.Sprint(rows) != "[[old]]" {
		t.Errorf("SELECT: %v", rows)
	}
	for _, sql := range []string{
		`UPDATE awscc.cognito.user_pool_clients SET client_name = 'new'` + where,
		`UPDATE awscc.cognito.user_pool_clients SET PatchDocument = '[{"op": "add", "path": "/ClientName", "value": "newer"}]'` + where,
		`DELETE FROM awscc.cognito.user_pool_clients` + where,
	} {
		_, notes, err := told(t, w, sql)
		if err != nil || !strings.Contains(notes, " 1 resource") {
			t.Errorf("%s: %s, %v", sql, notes, err)
		}
	}
}

// recording keeps the calls that delete.
type recording struct {
	cloudcontrol.Client
	deletes *[]cloudcontrol.DeleteInput
}

// Delete implements cloudcontrol.Mutator.
func (r recording) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	*r.deletes = append(*r.deletes, in)
	return r.Client.Delete(ctx, in)
}

// A DELETE names the call's own columns in its WHERE clause.
func TestCallColumnsOfDelete(t *testing.T) {
	t.Parallel()
	var deletes []cloudcontrol.DeleteInput
	w := enginetest.New(t, enginetest.Options{Write: quick, Wrap: func(c cloudcontrol.Client) cloudcontrol.Client { return recording{c, &deletes} }})
	w.Put(t, "us-east-1", "AWS::S3::Bucket", `{"BucketName": "alpha"}`)
	w.Put(t, "us-east-1", "AWS::S3::Bucket", `{"BucketName": "beta"}`)
	const role = "arn:aws:iam::123456789012:role/deleter"
	w.Rows(t, `DELETE FROM awscc.s3.buckets WHERE ClientToken = 'mine' AND Identifier = 'alpha' AND RoleArn = '`+role+`'`)
	w.Rows(t, `DELETE FROM awscc.cloud_control.resources WHERE TypeName = 'AWS::S3::Bucket' AND Identifier = 'beta' AND ClientToken = 'other'`)
	if len(deletes) != 2 || deletes[0].ClientToken != "mine" || deletes[0].RoleARN != role || deletes[1].ClientToken != "other" {
		t.Errorf("have %+v", deletes)
	}
}

// The plan of a write has the permissions that finding the targets takes.
func TestPermissionsOfTargets(t *testing.T) {
	t.Parallel()
	w := writable(t)
	for sql, want := range map[string][]string{
		`EXPLAIN DELETE FROM awscc.s3.buckets WHERE bucket_name LIKE 'a%'`: {
			"cloudformation:ListResources", "s3:ListAllMyBuckets", "cloudformation:DeleteResource", "s3:DeleteBucket"},
		`EXPLAIN DELETE FROM awscc.s3.buckets WHERE bucket_name IN (SELECT 'alpha' FROM awscc.sqs.queues)`: {
			"sqs:ListQueues", "s3:DeleteBucket"},
		`EXPLAIN DELETE FROM awscc.tagging.tagged_resources WHERE ResourceTypeFilters = 's3' AND TagKeys = '["env"]'`: {
			"tag:GetResources", "tag:UntagResources"},
	} {
		var have []string
		for _, row := range w.Rows(t, sql) {
			if row[0] == "permission" {
				have = append(have, row[5].(string))
			}
		}
		for _, permission := range want {
			if !strings.Contains(strings.Join(have, " ")+" ", permission+" ") {
				t.Errorf("%s: no %s in %v", sql, permission, have)
			}
		}
	}
}

// Tables over the API itself.
func TestNativeTables(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{Write: quick, Regions: []resource.Region{"us-east-1", "eu-west-1"}})
	w.Populate(t, "us-east-1", "AWS::S3::Bucket", 250)
	w.Put(t, "eu-west-1", "AWS::SNS::Topic", `{"TopicName": "news", "Tags": [{"Key": "env", "Value": "dev"}]}`)
	w.Put(t, "us-east-1", "AWS::Cognito::UserPool", `{"UserPoolId": "p", "UserPoolName": "p"}`)
	w.Put(t, "us-east-1", "AWS::Cognito::UserPoolClient", `{"UserPoolId": "p", "ClientId": "c"}`)
	w.Put(t, "us-east-1", "AWS::EC2::SubnetRouteTableAssociation", `{"RouteTableId": "rtb-1", "SubnetId": "subnet-1"}`)
	for _, test := range []struct{ sql, want string }{
		{`SELECT count(*), count(DISTINCT region) FROM awscc.cloud_control.resources WHERE TypeName = 'AWS::S3::Bucket'`, "[[250 1]]"},
		{`SELECT Properties ->> 'TopicName' FROM awscc.cloud_control.resource WHERE TypeName = 'AWS::SNS::Topic'
			AND Identifier = 'arn:aws:sns:eu-west-1:123456789012:news' AND region = 'eu-west-1'`, "[[news]]"},
		{`SELECT Identifier FROM awscc.cloud_control.resources WHERE TypeName = 'AWS::Cognito::UserPoolClient'
			AND ResourceModel = '{"UserPoolId": "p"}' AND region = 'us-east-1'`, "[[p|c]]"},
		{`SELECT Identifier FROM awscc.cloud_control.resources WHERE TypeName = 'AWS::Cognito::UserPoolClient'
			AND ResourceModel = '{"UserPoolId": "none"}'`, "[]"},
		{`SELECT r.region, r.Properties ->> 'BucketName' = l.Identifier FROM awscc.cloud_control.resources l
			JOIN awscc.cloud_control.resource r ON r.TypeName = l.TypeName AND r.Identifier = l.Identifier AND r.region = l.region
			WHERE l.TypeName = 'AWS::S3::Bucket' AND l.Identifier = 'bucket-7'`, "[[us-east-1 1]]"},
		{`SELECT region, ResourceARN, Tags ->> '$[0].Value' FROM awscc.tagging.tagged_resources WHERE TagFilters = '[{"Key": "env"}]'`,
			"[[eu-west-1 arn:aws:sns:eu-west-1:123456789012:news dev]]"},
		{`SELECT resource_arn FROM awscc.tagging.tagged_resources WHERE ResourceARN = 'arn:aws:sns:eu-west-1:123456789012:news' AND region = 'eu-west-1'`,
			"[[arn:aws:sns:eu-west-1:123456789012:news]]"},
		{`SELECT Key FROM awscc.tagging.tag_keys WHERE region = 'eu-west-1'`, "[[env]]"},
		{`SELECT Value FROM awscc.tagging.tag_values WHERE Key = 'env'`, "[[dev]]"},
		{`SELECT count(*) FROM awscc.tagging.compliance_summary`, "[[0]]"},
		{`SELECT DISTINCT Status FROM awscc.tagging.report_creation`, "[[NO REPORT]]"},
		{`SELECT route_table_id, subnet_id, id IS NOT NULL FROM awscc.ec2.vw_subnet_route_table_associations`, "[[rtb-1 subnet-1 1]]"},
		{`SELECT count(*) FROM awscc.cloud_control.resource_requests`, "[[0]]"},
	} {
		if rows := w.Rows(t, test.sql); fmt.Sprint(rows) != test.want {
			t.Errorf("%s: want %s, have %v", test.sql, test.want, rows)
		}
	}
	for _, test := range []struct{ sql, want string }{
		{`SELECT * FROM awscc.cloud_control.resources`, "awscc.cloud_control.resources is asked for by TypeName; give it, as in WHERE TypeName = '…'"},
		{`SELECT * FROM awscc.cloud_control.resource WHERE TypeName = 'AWS::S3::Bucket'`, "asked for by Identifier"},
		{`SELECT * FROM awscc.cloud_control.resources WHERE TypeName = 'Bucket'`, `"Bucket"`},
		{`SELECT * FROM awscc.cloud_control.resources WHERE TypeName = 'AWS::S3::Bucket' AND MaxResults = 'many'`, "MaxResults is a whole number"},
		{`SELECT * FROM awscc.cloud_control.resource_requests WHERE ResourceRequestStatusFilter = '{"Colors": []}'`, "ResourceRequestStatusFilter is JSON"},
		{`SELECT * FROM awscc.tagging.tagged_resources WHERE TagFilters = 'env'`, "TagFilters is JSON"},
		{`SELECT * FROM awscc.tagging.tagged_resources WHERE region = 'mars'`, `unknown region "mars"`},
		{`SELECT * FROM awscc.tagging.tags`, "no table awscc.tagging.tags"},
	} {
		if _, err := w.Try(t.Context(), test.sql); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: want %q, have %v", test.sql, test.want, err)
		}
	}
	w.NewCalls()
	w.Rows(t, `SELECT Identifier FROM awscc.cloud_control.resources WHERE TypeName = 'AWS::S3::Bucket' AND region = 'us-east-1' LIMIT 5`)
	if calls := w.NewCalls(); calls != "ListResources=1" {
		t.Errorf("LIMIT: %s", calls)
	}
	w.Rows(t, `DELETE FROM awscc.cloud_control.resources WHERE TypeName = 'AWS::S3::Bucket' AND Identifier = 'bucket-1' AND region = 'us-east-1'`)
	if calls := w.NewCalls(); calls != "DeleteResource=1" {
		t.Errorf("DELETE by identifier: %s", calls)
	}
	rows := w.Rows(t, `DELETE FROM awscc.cloud_control.resources WHERE TypeName = 'AWS::S3::Bucket' AND Identifier = 'bucket-2' AND region = 'us-east-1' RETURNING Properties ->> 'BucketName'`)
	if fmt.Sprint(rows) != "[[bucket-2]]" {
		t.Errorf("DELETE RETURNING: %v", rows)
	}
}

// One region of several that fails is a partial result for these tables, too.
func TestNativeTablesPartial(t *testing.T) {
	t.Parallel()
	w := faultyWorld(t, fetch.Options{}, func(operation string, scope resource.Scope, _ string) error {
		if scope.Region == "eu-west-1" {
			return denied(operation, scope)
		}
		return nil
	})
	rows := w.Rows(t, `SELECT count(*) FROM awscc.cloud_control.resources WHERE TypeName = 'AWS::S3::Bucket'`)
	if fmt.Sprint(rows) != "[[5]]" || len(w.Problems()) != 1 {
		t.Errorf("have %v, %v", rows, w.Problems())
	}
}

func TestConvertProperty(t *testing.T) {
	t.Parallel()
	w := writable(t)
	for _, test := range []struct {
		table, property string
		value           any
		want            string
	}{
		{"awscc.s3.buckets", "Tags", `[{"Key": 1}]`, `[{"Key":"1"}]`},
		{"s3.buckets", "BucketName", "20", `"20"`},
		{"awscc.sqs.queues", "visibility_timeout", "20", `20`},
		{"nowhere", "x", `{"a": 1}`, `{"a":1}`},
		{"awscc.s3.none", "x", "plain", `"plain"`},
	} {
		got, err := w.ConvertProperty(t.Context(), test.table, test.property, test.value)
		text, _ := json.Marshal(got)
		if err != nil || string(text) != test.want {
			t.Errorf("%s.%s: want %s, have %s, %v", test.table, test.property, test.want, text, err)
		}
	}
	if _, err := w.ConvertProperty(t.Context(), "awscc.s3.buckets", "Tagz", "x"); err == nil || !strings.Contains(err.Error(), `has no property "Tagz"; did you mean "Tags"?`) {
		t.Errorf("have %v", err)
	}
}

// All requests that go on are named, before what failed for good.
func TestWriteErrorNamesAllThatGoesOn(t *testing.T) {
	t.Parallel()
	e := &engine.WriteError{Verb: sqltext.Insert, Table: "awscc.sqs.queues", Total: 200, Err: context.Canceled}
	for i := range 120 {
		f := engine.ChangeFailure{Row: i + 1, Type: "AWS::SQS::Queue", Message: "refused"}
		if i >= 20 {
			f.Unfinished, f.RequestToken, f.Message = true, fmt.Sprintf("token-%d", i), "IN_PROGRESS"
		}
		e.Failures = append(e.Failures, f)
	}
	text := e.Error()
	if n := strings.Count(text, "(request token token-"); n != 100 || !strings.HasSuffix(text, "and 20 more, see skyql.errors") {
		t.Errorf("%d tokens: %s", n, text)
	}
}
