package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/cloudcontrol/await"
	"skyql/internal/engine"
	"skyql/internal/engine/enginetest"
	"skyql/internal/resource"
)

// quick polls without waiting.
var quick = engine.WriteOptions{Apply: apply.Options{Await: await.Options{MinDelay: time.Nanosecond}}}

func writable(t *testing.T) *enginetest.World {
	t.Helper()
	w := enginetest.New(t, enginetest.Options{Write: quick})
	w.Put(t, "us-east-1", "AWS::S3::Bucket", `{"BucketName": "alpha", "Tags": [{"Key": "env", "Value": "dev"}]}`)
	w.Put(t, "us-east-1", "AWS::S3::Bucket", `{"BucketName": "beta"}`)
	w.Put(t, "us-east-1", "AWS::S3::Bucket", `{"BucketName": "gamma"}`)
	w.Put(t, "us-east-1", "AWS::SQS::Queue", `{"QueueName": "jobs", "VisibilityTimeout": 30}`)
	return w
}

// told gives the rows, the notes and the error of a statement.
func told(t *testing.T, w *enginetest.World, sql string) (rows [][]any, notes string, err error) {
	t.Helper()
	result, err := w.Query(t.Context(), sql)
	if err != nil {
		return nil, "", err
	}
	defer result.Close()
	for {
		row, err := result.Next()
		if row == nil || err != nil {
			return rows, strings.Join(result.Notes, "; "), err
		}
		rows = append(rows, row)
	}
}

// Writes make the calls that they need, say what they did, and do it.
func TestWrites(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, sql          string
		rows, notes, calls string
		then               string // a query
		want               string // its rows
	}{
		{
			"insert", `INSERT INTO awscc.s3.buckets (BucketName, tags) VALUES ('new', '[{"Key": "a", "Value": 1}]'), ('other', NULL)`,
			"[]", "created 2 resources of awscc.s3.buckets", "CreateResource=2",
			`SELECT bucket_name, tags ->> '$[0].Value' FROM awscc.s3.buckets WHERE bucket_name IN ('new', 'other') ORDER BY 1`, "[[new 1] [other <nil>]]",
		},
		{
			"insert returning", `INSERT INTO awscc.s3.buckets (bucket_name, region) SELECT 'new', 'us-east-1'
				RETURNING bucket_name, arn, Operation, OperationStatus, ErrorCode, TypeName, RequestToken <> '' AS token`,
			"[[new arn:aws:s3:::new CREATE SUCCESS <nil> AWS::S3::Bucket 1]]", "created 1 resource of awscc.s3.buckets",
			"GetResource=1 CreateResource=1", "", "",
		},
		{
			"insert returning the event only", `INSERT INTO awscc.s3.buckets (bucket_name) VALUES ('new') RETURNING Identifier, bucket_name IS NULL, OperationStatus`,
			"[[new 0 SUCCESS]]", "created 1 resource of awscc.s3.buckets", "GetResource=1 CreateResource=1", "", "",
		},
		{
			"insert from other tables", `INSERT INTO awscc.logs.log_groups (log_group_name, retention_in_days)
				SELECT '/bucket/' || bucket_name, '7' FROM awscc.s3.buckets WHERE bucket_name < 'c'`,
			"[]", "created 2 resources of awscc.logs.log_groups", "ListResources=1 CreateResource=2",
			`SELECT log_group_name, retention_in_days FROM awscc.logs.log_groups ORDER BY 1`, "[[/bucket/alpha 7] [/bucket/beta 7]]",
		},
		{
			"insert of a name that AWS makes up", `INSERT INTO awscc.s3.buckets (region) VALUES ('us-east-1') RETURNING bucket_name = Identifier`,
			"[[1]]", "created 1 resource of awscc.s3.buckets", "GetResource=1 CreateResource=1", "", "",
		},
		{
			"insert with a common table expression", `WITH n(x) AS (VALUES ('one'), ('two')) INSERT INTO s3.buckets (BucketName) SELECT x FROM n`,
			"[]", "created 2 resources of awscc.s3.buckets", "CreateResource=2", `SELECT count(*) FROM awscc.s3.buckets`, "[[5]]",
		},
		{
			"insert of no row", `INSERT INTO awscc.s3.buckets (BucketName) SELECT 'x' WHERE false`,
			"[]", "created 0 resources of awscc.s3.buckets", "", "", "",
		},
		{
			"update by column", `UPDATE awscc.sqs.queues SET visibility_timeout = visibility_timeout * 2, delay_seconds = '5' WHERE queue_name = 'jobs'`,
			"[]", "updated 1 resource of awscc.sqs.queues", "ListResources=1 GetResource=1 UpdateResource=1",
			`SELECT visibility_timeout, delay_seconds FROM awscc.sqs.queues`, "[[60 5]]",
		},
		{
			"update that changes nothing", `UPDATE awscc.s3.buckets SET tags = '[{"Value": "dev", "Key": "env"}]' WHERE bucket_name = 'alpha' RETURNING bucket_name, OperationStatus, StatusMessage`,
			"[[alpha SUCCESS nothing to change]]", "updated 0 resources of awscc.s3.buckets, 1 as wanted already", "GetResource=1", "", "",
		},
		{
			"update with JSON functions", `UPDATE awscc.s3.buckets SET tags = json_insert(coalesce(tags, '[]'), '$[#]', json_object('Key', 'x', 'Value', bucket_name)) WHERE bucket_name IN ('alpha', 'beta')`,
			"[]", "updated 2 resources of awscc.s3.buckets", "GetResource=2 UpdateResource=2",
			`SELECT bucket_name, json_array_length(tags), tags ->> '$[#-1].Value' FROM awscc.s3.buckets ORDER BY 1 LIMIT 2`, "[[alpha 2 alpha] [beta 1 beta]]",
		},
		{
			"update that removes", `UPDATE awscc.s3.buckets SET tags = NULL WHERE bucket_name = 'alpha' RETURNING tags`,
			"[[<nil>]]", "updated 1 resource of awscc.s3.buckets", "GetResource=2 UpdateResource=1", "", "",
		},
		{
			"update by patch document", `UPDATE awscc.s3.buckets SET PatchDocument = string('[{"op": "add", "path": "/Tags", "value": []}]') WHERE region = 'us-east-1' AND Identifier = 'alpha'`,
			"[]", "updated 1 resource of awscc.s3.buckets", "UpdateResource=1",
			`SELECT tags FROM awscc.s3.buckets WHERE bucket_name = 'alpha'`, "[[[]]]",
		},
		{
			"update of what is not there", `UPDATE awscc.s3.buckets SET PatchDocument = '[{"op": "remove", "path": "/Tags"}]' WHERE Identifier = 'none'`,
			"[]", "updated 0 resources of awscc.s3.buckets, 1 not found", "UpdateResource=1", "", "",
		},
		{
			"update of what is not there, by column", `UPDATE awscc.s3.buckets SET tags = NULL WHERE Identifier = 'none'`,
			"[]", "updated 0 resources of awscc.s3.buckets", "GetResource=1", "", "",
		},
		{
			"update from another table", `UPDATE awscc.s3.buckets AS b SET tags = json_array(json_object('Key', 'queue', 'Value', q.queue_name))
				FROM awscc.sqs.queues q WHERE b.bucket_name = 'beta' AND q.visibility_timeout = 30`,
			"[]", "updated 1 resource of awscc.s3.buckets", "ListResources=1 GetResource=2 UpdateResource=1",
			`SELECT tags ->> '$[0].Value' FROM awscc.s3.buckets WHERE bucket_name = 'beta'`, "[[jobs]]",
		},
		{
			"update qualified", `UPDATE awscc.sqs.queues SET delay_seconds = queues.visibility_timeout WHERE awscc.sqs.queues.queue_name = 'jobs'`,
			"[]", "updated 1 resource of awscc.sqs.queues", "ListResources=1 GetResource=1 UpdateResource=1", `SELECT delay_seconds FROM awscc.sqs.queues`, "[[30]]",
		},
		{
			"delete by identifier", `DELETE FROM awscc.s3.buckets WHERE Identifier = 'alpha' AND region = 'us-east-1'`,
			"[]", "deleted 1 resource of awscc.s3.buckets", "DeleteResource=1", `SELECT count(*) FROM awscc.s3.buckets`, "[[2]]",
		},
		{
			"delete by identifiers", `DELETE FROM awscc.s3.buckets WHERE bucket_name IN ('alpha', 'beta', 'none') RETURNING Identifier, OperationStatus, ErrorCode`,
			"[[alpha SUCCESS <nil>] [beta SUCCESS <nil>] [none SUCCESS NotFound]]", "deleted 2 resources of awscc.s3.buckets, 1 gone already", "DeleteResource=3",
			`SELECT bucket_name FROM awscc.s3.buckets`, "[[gamma]]",
		},
		{
			"delete by a condition", `DELETE FROM awscc.s3.buckets WHERE tags ->> '$[0].Value' = 'dev'`,
			"[]", "deleted 1 resource of awscc.s3.buckets", "ListResources=1 GetResource=3 DeleteResource=1", `SELECT count(*) FROM awscc.s3.buckets`, "[[2]]",
		},
		{
			"delete returning what was there", `DELETE FROM awscc.s3.buckets WHERE bucket_name = 'alpha' RETURNING arn, tags ->> '$[0].Key'`,
			"[[arn:aws:s3:::alpha env]]", "deleted 1 resource of awscc.s3.buckets", "GetResource=1 DeleteResource=1", "", "",
		},
		{
			"delete by a join", `DELETE FROM awscc.s3.buckets WHERE bucket_name IN (SELECT 'beta' FROM awscc.sqs.queues WHERE queue_url IS NOT NULL)`,
			"[]", "deleted 1 resource of awscc.s3.buckets", "ListResources=1 GetResource=1 DeleteResource=1", `SELECT count(*) FROM awscc.s3.buckets`, "[[2]]",
		},
		{
			"delete of nothing", `DELETE FROM awscc.s3.buckets WHERE bucket_name = 'none' AND 1 = 2`,
			"[]", "deleted 0 resources of awscc.s3.buckets", "", "", "",
		},
		{
			"delete with a limit", `DELETE FROM awscc.s3.buckets WHERE true ORDER BY bucket_name DESC LIMIT 1`,
			"[]", "deleted 1 resource of awscc.s3.buckets", "ListResources=1 DeleteResource=1", `SELECT bucket_name FROM awscc.s3.buckets ORDER BY 1`, "[[alpha] [beta]]",
		},
		{
			"no wait", `/*+ NOWAIT */ DELETE FROM awscc.s3.buckets WHERE bucket_name = 'alpha' RETURNING Identifier, Operation, OperationStatus`,
			"[[alpha DELETE IN_PROGRESS]]",
			"asked AWS to delete 1 resource of awscc.s3.buckets; the requests go on; follow them with SELECT * FROM awscc.cloud_control.resource_requests",
			"DeleteResource=1", `SELECT Identifier, OperationStatus FROM awscc.cloud_control.resource_requests`, "[[alpha SUCCESS]]",
		},
		{
			"await", `/*+ AWAIT */ DELETE FROM awscc.s3.buckets WHERE bucket_name = 'alpha'`,
			"[]", "deleted 1 resource of awscc.s3.buckets", "DeleteResource=1", "", "",
		},
		{
			"columns of the event and of the resource", `INSERT INTO awscc.s3.buckets (BucketName) VALUES ('new')
				RETURNING region, BucketName, bucket_name, _properties ->> 'BucketName', ResourceModel ->> 'BucketName', account_id IS NULL`,
			"[[us-east-1 new new new new 0]]", "created 1 resource of awscc.s3.buckets", "GetResource=1 CreateResource=1", "", "",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := writable(t)
			rows, notes, err := told(t, w, test.sql)
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(rows); got != test.rows {
				t.Errorf("rows: want %s, have %s", test.rows, got)
			}
			if notes != test.notes {
				t.Errorf("notes: want %s\nhave %s", test.notes, notes)
			}
			if calls := w.NewCalls(); calls != test.calls {
				t.Errorf("calls: want %s, have %s", test.calls, calls)
			}
			if test.then == "" {
				return
			}
			if got := fmt.Sprint(readable(w.Rows(t, test.then))); got != test.want {
				t.Errorf("%s: want %s, have %s", test.then, test.want, got)
			}
		})
	}
}

// readable turns JSON into text.
func readable(rows [][]any) [][]any {
	for _, row := range rows {
		for i, value := range row {
			if raw, ok := value.(interface{ MarshalJSON() ([]byte, error) }); ok {
				text, _ := raw.MarshalJSON()
				row[i] = string(text)
			}
		}
	}
	return rows
}

// What is wrong is refused before anything is changed.
func TestWriteErrors(t *testing.T) {
	t.Parallel()
	w := writable(t)
	for _, test := range []struct{ sql, want string }{
		{`INSERT INTO awscc.s3.buckets (BuketName) VALUES ('x')`,
			`no column "BuketName" in awscc.s3.buckets; did you mean "bucket_name"? (line 1, column 31)`},
		{"UPDATE awscc.s3.buckets\nSET tagz = NULL WHERE bucket_name = 'alpha'",
			`no column "tagz" in awscc.s3.buckets; did you mean "tags"? (line 2, column 5)`},
		{"UPDATE awscc.s3.buckets SET tags = NULL\nWHERE buket_name = 'alpha'",
			`no column "buket_name" in awscc.s3.buckets; did you mean "bucket_name"? (line 2, column 7)`},
		{"DELETE FROM awscc.s3.buckets WHERE Identifier = 'x'\n  RETURNING bucket_name, arnn",
			`no column "arnn" in awscc.s3.buckets; did you mean "arn"? (line 2, column 26)`},
		{`INSERT INTO awscc.sqs.queues (queue_name, visibility_timeout) VALUES ('q', 'soon')`,
			"awscc.sqs.queues: the desired state is not valid; nothing was sent\n  #/VisibilityTimeout: expected type: Integer, found: String"},
		{`INSERT INTO awscc.iam.roles (role_name) VALUES ('r')`,
			"awscc.iam.roles: the desired state is not valid; nothing was sent\n  #: required key [AssumeRolePolicyDocument] not found"},
		{`INSERT INTO awscc.s3.buckets (versioning_configuration, bucket_name) VALUES ('{"Status": "On"}', 'B')`,
			"awscc.s3.buckets: the desired state is not valid; nothing was sent\n  #/VersioningConfiguration/Status: On is not a valid enum value; it is one of Enabled, Suspended"},
		{`INSERT INTO awscc.s3.buckets (BucketName) VALUES ('new'), ('new')`,
			"awscc.s3.buckets: the desired state is not valid; nothing was sent\n  row 2: #/BucketName: row 1 creates \"new\" in us-east-1 as well"},
		{`INSERT INTO awscc.s3.buckets VALUES ('x')`,
			"an INSERT into awscc.s3.buckets names its columns: INSERT INTO awscc.s3.buckets (…) VALUES (…)"},
		{`INSERT INTO awscc.s3.buckets (BucketName, Tags) VALUES ('x')`, "the statement writes 2 columns and gives 1 value (line 1, column 49)"},
		{`INSERT INTO awscc.s3.buckets (BucketName, Arn) VALUES ('x', 'y')`, "Arn is read-only: AWS sets it (line 1, column 43)"},
		{`INSERT INTO awscc.s3.buckets_list_only (bucket_name) VALUES ('x')`, "awscc.s3.buckets_list_only lists only; write to awscc.s3.buckets"},
		{`INSERT INTO skyql.types (type_name) VALUES ('x')`, "skyql.types cannot be written, only read"},
		{`UPDATE awscc.s3.buckets SET PatchDocument = 'tags' WHERE Identifier = 'alpha'`,
			"awscc.s3.buckets: the change is not valid; nothing was sent\n  \"alpha\": #/PatchDocument: malformed patch document: not a JSON array"},
		{`UPDATE awscc.s3.buckets SET bucket_name = 'x' WHERE Identifier = 'alpha'`,
			"awscc.s3.buckets: the change is not valid; nothing was sent\n  \"alpha\": BucketName can only be set on creation: the change needs replacement; delete the resource and create it anew"},
		{`UPDATE awscc.s3.buckets SET tags = '[]'`,
			"UPDATE without WHERE would change all resources of awscc.s3.buckets, 3 at present; nothing was done. If that is meant, add WHERE true"},
		{`DELETE FROM awscc.s3.buckets`,
			"DELETE without WHERE would delete all resources of awscc.s3.buckets, 3 at present; nothing was done. If that is meant, add WHERE true"},
		{`UPDATE awscc.ec2.subnet_route_table_associations SET subnet_id = 'x' WHERE Identifier = 'y'`,
			"resources of awscc.ec2.subnet_route_table_associations cannot be updated: AWS has no update handler for AWS::EC2::SubnetRouteTableAssociation; delete and create it anew"},
		{`UPDATE awscc.s3.buckets SET tags = '[]' FROM (VALUES (1), (2)) v WHERE bucket_name = 'alpha' AND json_array_length(tags) < 0`, ""},
		{`UPDATE awscc.s3.buckets SET tags = json_array(json_object('Key', 'a', 'Value', v.column1)) FROM (VALUES (1), (2)) v WHERE bucket_name = 'alpha'`,
			"AWS::S3::Bucket \"alpha\" in us-east-1 gets several values: the FROM clause joins it with more than one row"},
		{`INSERT OR IGNORE INTO awscc.s3.buckets (BucketName) VALUES ('x')`,
			"INSERT OR IGNORE has no meaning for resources: AWS refuses what exists already, and nothing is replaced (line 1, column 8)"},
		{`EXPLAIN ANALYZE DELETE FROM awscc.s3.buckets WHERE true`, "EXPLAIN ANALYZE would carry the statement out; EXPLAIN shows what it would do"},
		{`SET max_changes = 'all'`, `max_changes is a whole number from 1, not "all"`},
	} {
		_, err := w.Try(t.Context(), test.sql)
		if err == nil && test.want != "" || err != nil && err.Error() != test.want {
			t.Errorf("%s\nwant %s\nhave %v", test.sql, test.want, err)
		}
	}
	for _, operation := range []string{"CreateResource", "UpdateResource", "DeleteResource"} {
		if n := w.Calls.Counts()[operation]; n > 0 {
			t.Errorf("%d calls of %s", n, operation)
		}
	}
}

func TestMaxChanges(t *testing.T) {
	t.Parallel()
	w := writable(t)
	w.Rows(t, `SET max_changes = 2`)
	if rows := w.Rows(t, `SHOW max_changes`); fmt.Sprint(rows) != "[[2]]" {
		t.Errorf("SHOW: %v", rows)
	}
	_, err := w.Try(t.Context(), `DELETE FROM awscc.s3.buckets WHERE bucket_name > ''`)
	want := "the DELETE would delete 3 resources of awscc.s3.buckets, more than max_changes allows, 2; nothing was done. " +
		"If that is meant, SET max_changes = 3, or --max-changes 3"
	if err == nil || err.Error() != want {
		t.Errorf("want %s\nhave %v", want, err)
	}
	_, err = w.Try(t.Context(), `DELETE FROM awscc.s3.buckets`)
	if err == nil || !strings.HasSuffix(err.Error(), "add WHERE true, SET max_changes = 3, or --max-changes 3") {
		t.Errorf("have %v", err)
	}
	_, err = w.Try(t.Context(), `INSERT INTO awscc.s3.buckets (BucketName) SELECT 'x' || value FROM generate_series(1, 3)`)
	var many *engine.TooManyError
	if !errors.As(err, &many) || many.Count != 3 {
		t.Errorf("INSERT … SELECT: %v", err)
	}
	// Somebody wrote each of these rows.
	w.Rows(t, `INSERT INTO awscc.s3.buckets (BucketName) VALUES ('one'), ('two'), ('three')`)
	w.Rows(t, `SET max_changes = 10`)
	w.Rows(t, `DELETE FROM awscc.s3.buckets WHERE true`)
	if rows := w.Rows(t, `SELECT count(*) FROM awscc.s3.buckets`); fmt.Sprint(rows) != "[[0]]" {
		t.Errorf("left: %v", rows)
	}
}

// A statement of which some rows fail finishes the others, and says which.
func TestFailedRows(t *testing.T) {
	t.Parallel()
	w := writable(t)
	rows, notes, err := told(t, w, `INSERT INTO awscc.s3.buckets (BucketName) VALUES ('alpha'), ('new'), ('beta')
		RETURNING Identifier, bucket_name, OperationStatus, ErrorCode, arn IS NULL`)
	want := "[[alpha alpha FAILED AlreadyExists 1] [new new SUCCESS <nil> 0] [beta beta FAILED AlreadyExists 1]]"
	if fmt.Sprint(rows) != want {
		t.Errorf("want %s, have %v", want, rows)
	}
	var failed *engine.WriteError
	if !errors.As(err, &failed) || !errors.Is(err, resource.AlreadyExists) {
		t.Fatalf("have %v", err)
	}
	if failed.Total != 3 || failed.Done != 1 || len(failed.Failures) != 2 || failed.Failures[1].Row != 3 || failed.Failures[1].RequestToken == "" {
		t.Errorf("have %+v", failed)
	}
	lines := strings.Split(err.Error(), "\n")
	if lines[0] != "INSERT on awscc.s3.buckets: of 3 resources, 2 failed, 1 created" || len(lines) != 3 ||
		!strings.HasPrefix(lines[1], `  "alpha" in us-east-1: AlreadyExists: Resource of type 'AWS::S3::Bucket' with identifier 'alpha' already exists. (request token `) {
		t.Errorf("have %s", err)
	}
	if notes != "created 1 resource of awscc.s3.buckets" {
		t.Errorf("notes: %s", notes)
	}
	if rows := w.Rows(t, `SELECT table_name, identifier, code FROM skyql.errors ORDER BY 2`); fmt.Sprint(rows) !=
		"[[awscc.s3.buckets alpha AlreadyExists] [awscc.s3.buckets beta AlreadyExists]]" {
		t.Errorf("skyql.errors: %v", rows)
	}
}

// A second statement with the same ClientToken makes nothing, and tells what
// became of the first.
func TestClientToken(t *testing.T) {
	t.Parallel()
	w := writable(t)
	const insert = `INSERT INTO awscc.sns.topics (display_name, ClientToken) VALUES ('news', 'my-token') RETURNING Identifier, OperationStatus`
	first := w.Rows(t, insert)
	rows, notes, err := told(t, w, insert)
	if err != nil || fmt.Sprint(rows) != fmt.Sprint(first) {
		t.Errorf("want %v, have %v, %v", first, rows, err)
	}
	if notes != "created 1 resource of awscc.sns.topics, 1 by a request made before with the same ClientToken" {
		t.Errorf("notes: %s", notes)
	}
	if rows := w.Rows(t, `SELECT count(*) FROM awscc.sns.topics`); fmt.Sprint(rows) != "[[1]]" {
		t.Errorf("topics: %v", rows)
	}
	if _, err := w.Try(t.Context(), `DELETE FROM awscc.sns.topics WHERE true`); err != nil {
		t.Error(err)
	}
}

func TestPreview(t *testing.T) {
	t.Parallel()
	w := writable(t)
	w.Put(t, "us-east-1", "AWS::SecretsManager::Secret", `{"Name": "key", "Description": "old"}`)
	w.NewCalls()
	for _, test := range []struct{ sql, want string }{
		{`EXPLAIN UPDATE awscc.sqs.queues SET visibility_timeout = 60, delay_seconds = NULL WHERE queue_name = 'jobs'`,
			`[update us-east-1 https://sqs.us-east-1.amazonaws.com/123456789012/jobs VisibilityTimeout 30 60]
[document us-east-1 https://sqs.us-east-1.amazonaws.com/123456789012/jobs PatchDocument <nil> [{"op":"replace","path":"/VisibilityTimeout","value":60}]]`},
		{`EXPLAIN UPDATE awscc.sqs.queues SET visibility_timeout = 30 WHERE queue_name = 'jobs'`,
			`[none us-east-1 https://sqs.us-east-1.amazonaws.com/123456789012/jobs <nil> <nil> <nil>]`},
		{`EXPLAIN DELETE FROM awscc.s3.buckets WHERE bucket_name < 'c'`, `[delete us-east-1 alpha <nil> <nil> <nil>]
[delete us-east-1 beta <nil> <nil> <nil>]`},
		{`EXPLAIN INSERT INTO awscc.s3.buckets (BucketName, tags) VALUES ('new', '[]')`, `[create us-east-1 new BucketName <nil> new]
[create us-east-1 new Tags <nil> []]
[document us-east-1 new DesiredState <nil> {"BucketName":"new","Tags":[]}]`},
		{`EXPLAIN UPDATE awscc.secretsmanager.secrets SET secret_string = 'hidden', description = 'new' WHERE name = 'key'`,
			`[update us-east-1 ARN Description old new]
[update us-east-1 ARN SecretString <nil> (write-only, not shown)]
[document us-east-1 ARN PatchDocument <nil> [{"op":"replace","path":"/Description","value":"new"},{"op":"add","path":"/SecretString","value":"(write-only, not shown)"}]]`},
		{`EXPLAIN INSERT INTO awscc.secretsmanager.secrets (name, secret_string) VALUES ('k', 'hidden')`,
			`[create us-east-1 <nil> SecretString <nil> (write-only, not shown)]
[create us-east-1 <nil> Name <nil> k]
[document us-east-1 <nil> DesiredState <nil> {"Name":"k","SecretString":"(write-only, not shown)"}]`},
	} {
		rows := readable(w.Rows(t, test.sql))
		var lines []string
		permissions := 0
		for _, row := range rows {
			if row[0] == "permission" {
				permissions++
				continue
			}
			if id, ok := row[2].(string); ok && strings.HasPrefix(id, "arn:") {
				row[2] = "ARN"
			}
			lines = append(lines, fmt.Sprint(row))
		}
		if diff := cmp.Diff(test.want, strings.Join(lines, "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.sql, diff)
		}
		if permissions < 2 {
			t.Errorf("%s: %d permissions", test.sql, permissions)
		}
	}
	for _, operation := range []string{"CreateResource", "UpdateResource", "DeleteResource"} {
		if n := w.Calls.Counts()[operation]; n > 0 {
			t.Errorf("%d calls of %s", n, operation)
		}
	}
	dry := enginetest.New(t, enginetest.Options{Write: engine.WriteOptions{DryRun: true}})
	_, notes, err := told(t, dry, `INSERT INTO awscc.s3.buckets (BucketName) VALUES ('new')`)
	if err != nil || notes != "nothing was done; 1 resource of awscc.s3.buckets would be created" || dry.NewCalls() != "" {
		t.Errorf("dry run: %s, %v", notes, err)
	}
}

// Targets that could not all be found are no reason to change the others.
func TestTargetsNotComplete(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{
		Regions: []resource.Region{"us-east-1", "eu-west-1"}, Write: quick,
		Wrap: func(c cloudcontrol.Client) cloudcontrol.Client {
			return faulty{c, func(operation string, scope resource.Scope, _ string) error {
				if scope.Region == "eu-west-1" {
					return denied(operation, scope)
				}
				return nil
			}}
		},
	})
	w.Populate(t, "us-east-1", "AWS::S3::Bucket", 3)
	_, err := w.Try(t.Context(), `DELETE FROM awscc.s3.buckets WHERE true`)
	if err == nil || !errors.Is(err, resource.AccessDenied) || !strings.Contains(err.Error(), "so nothing was deleted") {
		t.Errorf("have %v", err)
	}
	if n := w.Calls.Counts()["DeleteResource"]; n > 0 {
		t.Errorf("%d calls of DeleteResource", n)
	}
}

// A statement that is interrupted tells which requests go on.
func TestInterruptedWrite(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	options := quick
	options.Apply.OnEvent = func(apply.Change, cloudcontrol.ProgressEvent) { cancel() }
	w := enginetest.New(t, enginetest.Options{Write: options, Stabilize: time.Hour})
	_, err := w.Try(ctx, `INSERT INTO awscc.s3.buckets (BucketName) VALUES ('new')`)
	var failed *engine.WriteError
	if !errors.As(err, &failed) || !errors.Is(err, context.Canceled) {
		t.Fatalf("have %v", err)
	}
	if f := failed.Failures[0]; !f.Unfinished || f.RequestToken == "" || f.Identifier != "new" {
		t.Errorf("have %+v", f)
	}
	if rows := w.Rows(t, `SELECT Identifier, OperationStatus FROM awscc.cloud_control.resource_request WHERE RequestToken = '`+
		failed.Failures[0].RequestToken+`'`); fmt.Sprint(rows) != "[[new IN_PROGRESS]]" {
		t.Errorf("the request: %v", rows)
	}
	if _, notes, err := told(t, w, `DELETE FROM awscc.cloud_control.resource_requests WHERE OperationStatus = 'IN_PROGRESS'`); err != nil ||
		notes != "cancelled 1 request of awscc.cloud_control.resource_requests" {
		t.Errorf("cancel: %s, %v", notes, err)
	}
	if rows := w.Rows(t, `SELECT Identifier FROM awscc.cloud_control.vw_cancelled_requests`); fmt.Sprint(rows) != "[[new]]" {
		t.Errorf("cancelled: %v", rows)
	}
}

func TestWriteInTransaction(t *testing.T) {
	t.Parallel()
	w := writable(t)
	w.Rows(t, `BEGIN`)
	_, notes, err := told(t, w, `DELETE FROM awscc.s3.buckets WHERE Identifier = 'alpha'`)
	if err != nil || !strings.Contains(notes, "warning: changes of AWS resources are not part of the transaction") {
		t.Errorf("have %s, %v", notes, err)
	}
	w.Rows(t, `ROLLBACK`)
	if rows := w.Rows(t, `SELECT count(*) FROM awscc.s3.buckets`); fmt.Sprint(rows) != "[[2]]" {
		t.Errorf("have %v", rows)
	}
}
