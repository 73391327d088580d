package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/engine"
	"skyql/internal/engine/enginetest"
	"skyql/internal/fetch"
	"skyql/internal/resource"
)

// faulty answers an error where fail gives one.
type faulty struct {
	cloudcontrol.Client
	fail func(operation string, scope resource.Scope, identifier string) error
}

// List fails or lists.
func (f faulty) List(ctx context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	if err := f.fail("ListResources", in.Scope, ""); err != nil {
		return cloudcontrol.Page{}, err
	}
	return f.Client.List(ctx, in)
}

// Get fails or reads.
func (f faulty) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	if err := f.fail("GetResource", in.Scope, in.Identifier); err != nil {
		return cloudcontrol.Description{}, err
	}
	return f.Client.Get(ctx, in)
}

func faultyWorld(t *testing.T, opts fetch.Options, fail func(operation string, scope resource.Scope, identifier string) error) *enginetest.World {
	t.Helper()
	w := enginetest.New(t, enginetest.Options{
		Regions: []resource.Region{"us-east-1", "eu-west-1"}, Fetch: opts,
		Wrap: func(c cloudcontrol.Client) cloudcontrol.Client { return faulty{c, fail} },
	})
	w.Populate(t, "us-east-1", "AWS::S3::Bucket", 5)
	w.Populate(t, "eu-west-1", "AWS::S3::Bucket", 30)
	return w
}

func denied(operation string, scope resource.Scope) error {
	return &resource.Error{
		Operation: operation, Type: "AWS::S3::Bucket", Scope: scope, Code: resource.AccessDenied, Message: "not you",
	}
}

func TestPartialResult(t *testing.T) {
	t.Parallel()
	w := faultyWorld(t, fetch.Options{}, func(operation string, scope resource.Scope, _ string) error {
		if scope.Region == "eu-west-1" {
			return denied(operation, scope)
		}
		return nil
	})
	rows := w.Rows(t, `SELECT bucket_name FROM awscc.s3.buckets`)
	if len(rows) != 5 {
		t.Errorf("want the 5 rows of the other region, have %d", len(rows))
	}
	problems := w.Problems()
	if len(problems) != 1 || problems[0].Scope.Region != "eu-west-1" || !errors.Is(problems[0].Err, resource.AccessDenied) {
		t.Errorf("problems: %v", problems)
	}
	for range 2 { // asking does not change the answer
		got := w.Rows(t, `SELECT table_name, region, code FROM skyql.errors`)
		want := [][]any{{"awscc.s3.buckets", "eu-west-1", "AccessDenied"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("skyql.errors (-want +got):\n%s", diff)
		}
	}
	w.Rows(t, `SELECT bucket_name FROM awscc.s3.buckets WHERE region = 'us-east-1'`)
	if got := w.Rows(t, `SELECT * FROM skyql.errors`); len(got) != 0 {
		t.Errorf("after a complete result skyql.errors has %v", got)
	}
}

func TestNothingWorksIsNoResult(t *testing.T) {
	t.Parallel()
	w := faultyWorld(t, fetch.Options{}, func(operation string, scope resource.Scope, _ string) error {
		if operation == "GetResource" {
			return denied(operation, scope)
		}
		return nil
	})
	for _, sql := range []string{
		`SELECT arn FROM awscc.s3.buckets`,
		`SELECT arn FROM awscc.s3.buckets LIMIT 2`,
		`SELECT b.arn FROM awscc.s3.buckets_list_only l JOIN awscc.s3.buckets b ON b.bucket_name = l.bucket_name`,
	} {
		if rows, err := w.Try(t.Context(), sql); !errors.Is(err, resource.AccessDenied) {
			t.Errorf("%s: want AccessDenied, have %v and %d rows", sql, err, len(rows))
		}
		if len(w.Problems()) > 0 {
			t.Errorf("%s: an error and problems as well", sql)
		}
	}
	if calls := w.NewCalls(); !strings.Contains(calls, "GetResource") {
		t.Errorf("calls: %s", calls)
	}
}

func TestOneRowFails(t *testing.T) {
	t.Parallel()
	var broken string
	w := faultyWorld(t, fetch.Options{}, func(operation string, scope resource.Scope, identifier string) error {
		if operation == "GetResource" && identifier == broken && scope.Region == "us-east-1" {
			return denied(operation, scope)
		}
		return nil
	})
	broken = w.Rows(t, `SELECT bucket_name FROM awscc.s3.buckets WHERE region = 'us-east-1' LIMIT 1`)[0][0].(string)
	rows := w.Rows(t, `SELECT arn FROM awscc.s3.buckets`)
	if len(rows) != 34 || len(w.Problems()) != 1 || w.Problems()[0].Identifier != broken {
		t.Errorf("%d rows, problems %v", len(rows), w.Problems())
	}
}

func TestStrict(t *testing.T) {
	t.Parallel()
	w := faultyWorld(t, fetch.Options{Strict: true}, func(operation string, scope resource.Scope, _ string) error {
		if scope.Region == "eu-west-1" {
			return denied(operation, scope)
		}
		return nil
	})
	if _, err := w.Try(t.Context(), `SELECT bucket_name FROM awscc.s3.buckets`); !errors.Is(err, resource.AccessDenied) {
		t.Errorf("want AccessDenied, have %v", err)
	}
}

// A list handler may demand an input that its schema does not: the answer tells.
func TestLearnsWhatAListDemands(t *testing.T) {
	t.Parallel()
	demands := true
	w := enginetest.New(t, enginetest.Options{Wrap: func(c cloudcontrol.Client) cloudcontrol.Client {
		return demanding{c, &demands}
	}})
	w.Populate(t, "us-east-1", "AWS::EC2::VPC", 2)
	w.Populate(t, "us-east-1", "AWS::EC2::Subnet", 6)
	rows := w.Rows(t, `SELECT subnet_id FROM awscc.ec2.subnets`)
	if len(rows) != 6 {
		t.Errorf("want 6 subnets, have %v", rows)
	}
}

// demanding refuses to list subnets without their VPC.
type demanding struct {
	cloudcontrol.Client
	on *bool
}

// List demands VpcId, which the schema does not.
func (d demanding) List(ctx context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	if in.Type != "AWS::EC2::Subnet" {
		return d.Client.List(ctx, in)
	}
	var model struct{ VpcId string }
	_ = json.Unmarshal(in.ResourceModel, &model)
	if model.VpcId == "" {
		return cloudcontrol.Page{}, &resource.Error{
			Operation: "ListResources", Type: in.Type, Scope: in.Scope, Code: resource.InvalidRequest,
			Message: "Missing Or Invalid ResourceModel property in AWS::EC2::Subnet list handler request input. Required property: [VpcId]",
		}
	}
	in.ResourceModel = nil
	page, err := d.Client.List(ctx, in)
	kept := page.Resources[:0]
	for _, found := range page.Resources {
		got, err := d.Get(ctx, cloudcontrol.GetInput{Call: in.Call, Identifier: found.Identifier})
		if err != nil {
			return page, err
		}
		if strings.Contains(string(got.Properties), model.VpcId) {
			kept = append(kept, found)
		}
	}
	page.Resources = kept
	return page, err
}

func TestErrors(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{})
	for _, test := range []struct{ sql, want string }{
		{`SELECT clientname FROM awscc.cognito.user_pool_clients`,
			`no column "clientname" in awscc.cognito.user_pool_clients; did you mean "client_name"? (line 1, column 8)`},
		{`SELECT xyzzy_plugh FROM awscc.s3.buckets`, `no column "xyzzy_plugh" in awscc.s3.buckets; see DESCRIBE awscc.s3.buckets (line 1, column 8)`},
		{`SELECT * FROM awscc.s3.bukets`, `no table awscc.s3.bukets; did you mean awscc.s3.buckets? (line 1, column 15)`},
		{`SELECT * FROM awscc.s4.buckets`, `no service awscc.s4; did you mean awscc.s3? (line 1, column 15)`},
		{"SELECT *\nFROM buckets", `no such table: buckets; did you mean awscc.s3.buckets?`},
		{"SELECT *\nFORM awscc.s3.buckets", `near "FORM": syntax error (line 2, column 1)`},
		{`SELECT * FROM awscc.s3.buckets WHERE region = 'us-eest-1'`, `unknown region "us-eest-1"; did you mean "us-east-1"?`},
		{`SELECT * FROM awscc.s3.buckets WHERE region IN ('us-east-1', 'mars')`, `unknown region "mars"`},
		{`SELECT * FROM awscc.s3.buckets a JOIN awscc.s3.buckets b USING (region) WHERE a.region IN ('us-east-1', 'eu-wset-1')`,
			`unknown region "eu-wset-1"; did you mean "eu-west-1"?`},
		{`SELECT * FROM awscc.cognito.user_pool_clients WHERE Identifier = 'only-one'`,
			`awscc.cognito.user_pool_clients: identifier "only-one" has 1 of 2 parts: want user_pool_id|client_id`},
		{`SELECT * FROM awscc.cognito.user_pool_domains`,
			`awscc.cognito.user_pool_domains cannot be listed: AWS has no list handler for AWS::Cognito::UserPoolDomain; give the resource, as in WHERE Identifier = '<user_pool_id>|<domain>'`},
		{`SELECT * FROM awscc.cognito.user_pool_domains_list_only`,
			`there is no table awscc.cognito.user_pool_domains_list_only: AWS has no list handler for AWS::Cognito::UserPoolDomain (line 1, column 15)`},
		{`SELECT "us-east-1" FROM awscc.s3.buckets`, `no such column: "us-east-1" - should this be a string literal in single-quotes? (line 1, column 8)`},
		{`SHOW RESOURCES`, `SHOW RESOURCES wants a service, as in SHOW RESOURCES IN awscc.s3`},
		{`SHOW METHODS IN awscc.s3.bukets`, `no table awscc.s3.bukets; did you mean awscc.s3.buckets?`},
		{`DESCRIBE buckets`, `"buckets" is not a table's name: it has three parts, as awscc.s3.buckets; did you mean awscc.s3.buckets?`},
		{`SELECT * FROM aws.s3.buckets`, `no provider aws, as in aws.s3.buckets; did you mean awscc.s3.buckets? (line 1, column 15)`},
		{`SHOW SERVICES WHERE 1`, `syntax error near "WHERE": expected the end of the statement (line 1, column 15)`},
		{`SET region = 'mars'`, `unknown region "mars"`},
		{`SELECT * FROM awscc.s3.buckets WHERE region = 'EU-WEST-1'`, `unknown region "EU-WEST-1"; did you mean "eu-west-1"?`},
		{`SELECT * FROM awscc.sqs.queues WHERE fifo_queue = 'true'`,
			`awscc.sqs.queues.fifo_queue is a boolean, which no text equals: write fifo_queue = true`},
		{`SELECT * FROM awscc.sqs.queues WHERE fifo_queue <> 'true'`,
			`awscc.sqs.queues.fifo_queue is a boolean, which no text equals: write true without quotes (line 1, column 52)`},
		{`SELECT sum(CASE WHEN lower(q.fifo_queue) = 'false' THEN 1 END) FROM awscc.sqs.queues q`,
			`awscc.sqs.queues.fifo_queue is a boolean, which no text equals: write false without quotes (line 1, column 44)`},
		{`DELETE FROM awscc.sqs.queues WHERE queue_name LIKE 'z%' AND fifo_queue IS NOT 'true'`,
			`awscc.sqs.queues.fifo_queue is a boolean, which no text equals: write true without quotes (line 1, column 79)`},
		{`SELECT * FROM awscc.s3.buckets WHERE bucket_name = :name`, `the parameter :name has no value; write {{ name }} and give it with --var name=…`},
		{`SELECT (1`, `the statement ends too early`},
		{`SELECT * FROM skyql.tipes`, `no table skyql.tipes; did you mean skyql.types? (line 1, column 15)`},
	} {
		_, err := w.Try(t.Context(), test.sql)
		if err == nil || err.Error() != test.want {
			t.Errorf("%s\nwant %s\nhave %v", test.sql, test.want, err)
		}
	}
	if calls := w.NewCalls(); calls != "" {
		t.Errorf("mistakes made calls: %s", calls)
	}
}

func TestNoRegion(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{Regions: []resource.Region{}})
	if _, err := w.Try(t.Context(), `SELECT * FROM awscc.s3.buckets`); !errors.Is(err, fetch.ErrNoRegion) {
		t.Errorf("want ErrNoRegion, have %v", err)
	}
	if rows := w.Rows(t, `SELECT * FROM awscc.s3.buckets WHERE region = 'eu-west-1'`); len(rows) != 0 {
		t.Errorf("have %v", rows)
	}
	w.Rows(t, `SET regions = 'us-east-1, eu-west-1'`)
	if rows := w.Rows(t, `SHOW regions`); fmt.Sprint(rows) != "[[us-east-1,eu-west-1]]" {
		t.Errorf("SHOW regions: %v", rows)
	}
}

func TestValueKinds(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{})
	w.Put(t, "us-east-1", "AWS::Cognito::UserPoolClient", `{"UserPoolId": "us-east-1_p", "ClientId": "c",
		"GenerateSecret": true, "AccessTokenValidity": 60, "CallbackURLs": ["https://a"], "TokenValidityUnits": {"IdToken": "hours"}}`)
	result, err := w.Query(t.Context(), `SELECT generate_secret, access_token_validity, callback_urls, token_validity_units,
		client_name, account_id, _properties ->> 'ClientId' AS id, NOT generate_secret AS no FROM awscc.cognito.user_pool_clients
		WHERE Identifier = 'us-east-1_p|c'`)
	if err != nil {
		t.Fatal(err)
	}
	defer result.Close()
	row, err := result.Next()
	if err != nil {
		t.Fatal(err)
	}
	want := []any{
		true, int64(60), json.RawMessage(`["https://a"]`), json.RawMessage(`{"IdToken":"hours"}`), nil, "123456789012", "c", int64(0),
	}
	if diff := cmp.Diff(want, row); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	wantColumns := []engine.Column{
		{Name: "generate_secret", Kind: resource.Boolean}, {Name: "access_token_validity", Kind: resource.Integer},
		{Name: "callback_urls", Kind: resource.JSON}, {Name: "token_validity_units", Kind: resource.JSON},
		{Name: "client_name", Kind: resource.Text}, {Name: "account_id", Kind: resource.Text}, {Name: "id"}, {Name: "no"},
	}
	if diff := cmp.Diff(wantColumns, result.Columns); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
}

// A statement that fills a local table from a join runs in passes, but writes
// its rows once.
func TestPassesWriteOnce(t *testing.T) {
	t.Parallel()
	w := estate(t)
	w.Rows(t, `CREATE TEMP TABLE pairs (pool, client)`)
	w.Rows(t, `INSERT INTO pairs SELECT p.user_pool_name, c.client_id FROM awscc.cognito.user_pools p
		JOIN awscc.cognito.user_pool_clients c ON c.user_pool_id = p.user_pool_id`)
	if rows := w.Rows(t, `SELECT count(*), count(DISTINCT client) FROM pairs`); fmt.Sprint(rows) != "[[20 20]]" {
		t.Errorf("have %v, want 20 rows", rows)
	}
	w.Rows(t, `CREATE TEMP VIEW v AS SELECT p.user_pool_name AS name, count(*) AS n FROM awscc.cognito.user_pools p
		JOIN awscc.cognito.user_pool_clients c ON c.user_pool_id = p.user_pool_id GROUP BY 1`)
	if rows := w.Rows(t, `SELECT sum(n) FROM v`); fmt.Sprint(rows) != "[[20]]" {
		t.Errorf("through the view: %v", rows)
	}
}

// random() gives every pass the same numbers, or the passes would never agree.
func TestRandomInPasses(t *testing.T) {
	t.Parallel()
	w := estate(t)
	for range 5 {
		rows := w.Rows(t, `WITH pick AS MATERIALIZED (
				SELECT 'bucket-0-' || abs(random() % 5) AS name FROM json_each('[0,1,2,3,4]')
			) SELECT b.arn FROM pick JOIN awscc.s3.buckets b ON b.bucket_name = pick.name WHERE b.region = 'us-east-1'`)
		if len(rows) != 5 {
			t.Errorf("want 5 rows, have %d", len(rows))
		}
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{
		`SELECT arn FROM awscc.s3.buckets`,
		`SELECT a.arn FROM awscc.s3.buckets a JOIN awscc.s3.buckets b USING (bucket_name)`,
	} {
		ctx, cancel := context.WithCancel(t.Context())
		w := enginetest.New(t, enginetest.Options{Wrap: func(c cloudcontrol.Client) cloudcontrol.Client {
			return faulty{c, func(operation string, _ resource.Scope, _ string) error {
				if operation == "GetResource" {
					cancel()
					return ctx.Err()
				}
				return nil
			}}
		}})
		w.Populate(t, "us-east-1", "AWS::S3::Bucket", 300)
		if _, err := w.Try(ctx, sql); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: want context.Canceled, have %v", sql, err)
		}
		// The session goes on.
		if rows := w.Rows(t, `SELECT 1`); len(rows) != 1 {
			t.Errorf("after a cancel: %v", rows)
		}
	}
}
