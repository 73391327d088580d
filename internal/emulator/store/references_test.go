package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

const (
	pool   resource.TypeName = "AWS::Cognito::UserPool"
	client resource.TypeName = "AWS::Cognito::UserPoolClient"
	group  resource.TypeName = "AWS::Cognito::UserPoolGroup"
	domain resource.TypeName = "AWS::Cognito::UserPoolDomain"
	subnet resource.TypeName = "AWS::EC2::Subnet"
	server resource.TypeName = "AWS::EC2::Instance"
	wall   resource.TypeName = "AWS::EC2::SecurityGroup"
	alias  resource.TypeName = "AWS::KMS::Alias"
	key    resource.TypeName = "AWS::KMS::Key"
	rule   resource.TypeName = "AWS::Events::Rule"
	policy resource.TypeName = "AWS::S3::BucketPolicy"
	role   resource.TypeName = "AWS::IAM::Role"
)

// destroy carries a delete out.
func (f fixture) destroy(name resource.TypeName, identifier string) outcome {
	f.t.Helper()
	v, err := f.enter(f.t.Context(), cloudcontrol.DeleteResource, schema.Delete, call(name), nil)
	if err != nil {
		f.t.Fatal(err)
	}
	return v.destroy(v.target(identifier))
}

// count counts the resources of a type in the home world.
func (f fixture) count(name resource.TypeName) int {
	f.t.Helper()
	k, err := f.kind(name)
	if err != nil {
		f.t.Fatal(err)
	}
	return f.world(home).shelf(k).size()
}

// withParents is a fixture with something that others lie below.
func withParents(t *testing.T) fixture {
	t.Helper()
	f := newFixture(t, Options{})
	f.put(pool, `{"UserPoolId":"us-east-1_a"}`)
	f.put(vpc, `{"VpcId":"vpc-1","DefaultSecurityGroup":"sg-0"}`)
	f.put(subnet, `{"SubnetId":"subnet-1","VpcId":"vpc-1"}`)
	f.put(wall, `{"Id":"sg-1","GroupId":"sg-1","VpcId":"vpc-1","GroupDescription":"one"}`)
	f.put(key, `{"KeyId":"11111111-2222-4333-8444-555555555555","Arn":"arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555"}`)
	f.put(bucket, `{"BucketName":"files"}`)
	return f
}

const nobody = "99999999-2222-4333-8444-555555555555"

func TestCreateBelowParents(t *testing.T) {
	t.Parallel()
	onKey := func(id string) string { return fmt.Sprintf(`{"AliasName":"alias/a","TargetKeyId":%q}`, id) }
	missing := map[string]struct {
		name          resource.TypeName
		desired, want string
	}{
		"user pool":     {client, `{"UserPoolId":"us-east-1_x"}`, "User pool us-east-1_x does not exist."},
		"vpc":           {subnet, `{"VpcId":"vpc-123","CidrBlock":"10.0.0.0/24"}`, "The vpc ID 'vpc-123' does not exist"},
		"subnet":        {server, `{"SubnetId":"subnet-9"}`, "The subnet ID 'subnet-9' does not exist"},
		"one of a list": {server, `{"SecurityGroupIds":["sg-1","sg-9"]}`, "The security group 'sg-9' does not exist"},
		"key":           {alias, onKey(nobody), "Key 'arn:aws:kms:us-east-1:123456789012:key/" + nobody + "' does not exist"},
		"key by ARN": {alias, onKey("arn:aws:kms:us-east-1:123456789012:key/" + nobody),
			"Key 'arn:aws:kms:us-east-1:123456789012:key/" + nobody + "' does not exist"},
		"bucket": {policy, `{"Bucket":"none","PolicyDocument":{}}`, "The specified bucket does not exist"},
		"policy": {role, `{"AssumeRolePolicyDocument":{},"ManagedPolicyArns":["arn:aws:iam::123456789012:policy/p"]}`,
			"Policy arn:aws:iam::123456789012:policy/p does not exist or is not attachable."},
	}
	for name, test := range missing {
		t.Run("without "+name, func(t *testing.T) {
			t.Parallel()
			f := withParents(t)
			before := f.count(test.name)
			wantFailure(t, f.create(test.name, test.desired), resource.NotFound, test.want)
			if have := f.count(test.name); have != before {
				t.Errorf("want %d resources, have %d", before, have)
			}
		})
	}
	fine := map[string]struct {
		name    resource.TypeName
		desired string
	}{
		"parent is there":               {client, `{"UserPoolId":"us-east-1_a"}`},
		"not given":                     {server, `{}`},
		"default security group":        {server, `{"SubnetId":"subnet-1","SecurityGroupIds":["sg-0","sg-1"]}`},
		"by identifier":                 {alias, onKey("11111111-2222-4333-8444-555555555555")},
		"by ARN":                        {alias, onKey("arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555")},
		"ARN of another region":         {alias, onKey("arn:aws:kms:eu-west-1:123456789012:key/" + nobody)},
		"ARN of another account":        {alias, onKey("arn:aws:kms:us-east-1:210987654321:key/" + nobody)},
		"a form that is not known":      {alias, onKey("alias/other")},
		"parent of every account":       {rule, `{"EventBusName":"default","ScheduleExpression":"rate(1 day)"}`},
		"parent of a type not in reach": {rule, `{"EventBusName":"orders","ScheduleExpression":"rate(1 day)"}`},
		"policy of AWS":                 {role, `{"AssumeRolePolicyDocument":{},"ManagedPolicyArns":["arn:aws:iam::aws:policy/ReadOnlyAccess"]}`},
	}
	for name, test := range fine {
		t.Run("with "+name, func(t *testing.T) {
			t.Parallel()
			f := withParents(t)
			wantSuccess(t, f.create(test.name, test.desired))
		})
	}
}

func TestParentOfGlobalServiceIsFoundFromElsewhere(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	f.put("AWS::IAM::ManagedPolicy", `{"PolicyArn":"arn:aws:iam::123456789012:policy/p","PolicyDocument":{}}`)
	first, err := f.Create(t.Context(), cloudcontrol.CreateInput{
		Call: cloudcontrol.Call{Scope: resource.Scope{Region: "eu-west-1"}, Type: role},
		DesiredState: json.RawMessage(
			`{"RoleName":"r","AssumeRolePolicyDocument":{},"ManagedPolicyArns":["arn:aws:iam::123456789012:policy/p"]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	status, err := f.RequestStatus(t.Context(), cloudcontrol.RequestInput{
		Scope: resource.Scope{Region: "eu-west-1"}, RequestToken: first.RequestToken})
	if err != nil {
		t.Fatal(err)
	}
	wantSuccess(t, status.Event)
	want := outcome{"arn:aws:iam::123456789012:policy/p", resource.ResourceConflict, "Cannot delete a policy attached to entities."}
	if have := f.destroy("AWS::IAM::ManagedPolicy", "arn:aws:iam::123456789012:policy/p"); have != want {
		t.Errorf("want %+v, have %+v", want, have)
	}
}

func TestSeedsAreNotChecked(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	f.put(client, `{"UserPoolId":"us-east-1_none","ClientId":"c"}`)
	f.put(subnet, `{"VpcId":"vpc-none"}`)
	if err := f.Populate(home, alias, 3); err != nil {
		t.Error(err)
	}
}

func TestDestroyRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		child      resource.TypeName
		properties string
		parent     resource.TypeName
		identifier string
		want       outcome
	}{
		"vpc with a subnet": {subnet, `{"SubnetId":"subnet-2","VpcId":"vpc-1"}`, vpc, "vpc-1",
			outcome{"vpc-1", resource.InvalidRequest, "The vpc 'vpc-1' has dependencies and cannot be deleted."}},
		"subnet with an instance": {server, `{"InstanceId":"i-1","SubnetId":"subnet-1"}`, subnet, "subnet-1",
			outcome{"subnet-1", resource.InvalidRequest, "The subnet 'subnet-1' has dependencies and cannot be deleted."}},
		"security group of an instance": {server, `{"InstanceId":"i-1","SecurityGroupIds":["sg-0","sg-1"]}`, wall, "sg-1",
			outcome{"sg-1", resource.InvalidRequest, "resource sg-1 has a dependent object"}},
		"user pool with a domain": {domain, `{"UserPoolId":"us-east-1_a","Domain":"d"}`, pool, "us-east-1_a",
			outcome{"us-east-1_a", resource.InvalidRequest,
				"User pool cannot be deleted. It has a domain configured that should be deleted first."}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := withParents(t)
			f.put(client, `{"UserPoolId":"us-east-1_a","ClientId":"c"}`)
			f.put(test.child, test.properties)
			if have := f.destroy(test.parent, test.identifier); have != test.want {
				t.Errorf("want %+v\nhave %+v", test.want, have)
			}
			f.state(test.parent, test.identifier)
			if f.count(client) != 1 || f.count(test.child) == 0 {
				t.Error("want nothing half done")
			}
		})
	}
}

func TestDestroyInOrder(t *testing.T) {
	t.Parallel()
	f := withParents(t)
	f.put(server, `{"InstanceId":"i-1","SubnetId":"subnet-1","SecurityGroupIds":["sg-1"]}`)
	for _, step := range []struct {
		name       resource.TypeName
		identifier string
	}{{server, "i-1"}, {subnet, "subnet-1"}, {wall, "sg-1"}, {vpc, "vpc-1"}} {
		if have := f.destroy(step.name, step.identifier); have != (outcome{identifier: step.identifier}) {
			t.Errorf("%s: %+v", step.name, have)
		}
	}
	want := outcome{"vpc-1", resource.NotFound, notFoundText(target{vpc, "vpc-1"})}
	if have := f.destroy(vpc, "vpc-1"); have != want {
		t.Errorf("want %+v, have %+v", want, have)
	}
}

func TestDestroyCascades(t *testing.T) {
	t.Parallel()
	f := withParents(t)
	f.put(pool, `{"UserPoolId":"us-east-1_b"}`)
	for _, id := range []string{"us-east-1_a", "us-east-1_b"} {
		for i := range 2 * chunkSize {
			f.put(client, fmt.Sprintf(`{"UserPoolId":%q,"ClientId":"c%d"}`, id, i))
		}
		f.put(group, fmt.Sprintf(`{"UserPoolId":%q,"GroupName":"g"}`, id))
	}
	if have := f.destroy(pool, "us-east-1_a"); have != (outcome{identifier: "us-east-1_a"}) {
		t.Fatalf("%+v", have)
	}
	have := []int{f.count(pool), f.count(client), f.count(group)}
	if diff := cmp.Diff([]int{1, 2 * chunkSize, 1}, have); diff != "" {
		t.Errorf("pools, clients, groups (-want +have)\n%s", diff)
	}
	f.state(client, "us-east-1_b|c7")
	if have := f.destroy(key, "11111111-2222-4333-8444-555555555555"); have.code != "" {
		t.Errorf("%+v", have)
	}
}

// TestChildrenFollowChanges looks for children by a list that an update changes.
func TestChildrenFollowChanges(t *testing.T) {
	t.Parallel()
	f := withParents(t)
	f.put(wall, `{"Id":"sg-2","GroupId":"sg-2","VpcId":"vpc-1","GroupDescription":"two"}`)
	f.put(server, `{"InstanceId":"i-1","SecurityGroupIds":["sg-1","sg-1"]}`)
	used := func(id string) bool { return f.destroy(wall, id).code == resource.InvalidRequest }
	if !used("sg-1") {
		t.Error("want sg-1 in use before the update")
	}
	wantSuccess(t, f.update(server, "i-1", `[{"op":"replace","path":"/SecurityGroupIds","value":["sg-2"]}]`))
	if !used("sg-2") || used("sg-1") {
		t.Error("want sg-2 in use after the update, and not sg-1")
	}
}

// TestNoOrphans creates clients while their pools are deleted.
func TestNoOrphans(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	const pools = 20
	for i := range pools {
		f.put(pool, fmt.Sprintf(`{"UserPoolId":"us-east-1_%d"}`, i))
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range pools * 20 {
				_, err := f.Create(t.Context(), cloudcontrol.CreateInput{
					Call: call(client), DesiredState: json.RawMessage(fmt.Sprintf(`{"UserPoolId":"us-east-1_%d"}`, i%pools))})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Go(func() {
		for i := range pools {
			if have := f.destroy(pool, fmt.Sprintf("us-east-1_%d", i)); have.code != "" {
				t.Errorf("%+v", have)
			}
		}
	})
	group.Wait()
	if have := f.count(client); have != 0 {
		t.Errorf("want no clients without their pools, have %d", have)
	}
}

func TestTiesAreRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want string }{
		"a fate that there is not": {"AWS::A::B Id\n  adopt AWS::A::C BId\n", `line 2: "adopt AWS::A::C BId" is not understood`},
		"no property":              {"AWS::A::B Id\n  refuse AWS::A::C\n", `line 2: "refuse AWS::A::C" is not understood`},
		"a bad pattern":            {"AWS::A::B Id\n\n  form (\n", "line 3: error parsing regexp"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := parseTies(test.text); err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("want %s, have %v", test.want, err)
			}
		})
	}
}

// BenchmarkDestroyAmongMany deletes a parent of few among a hundred thousand
// children of others.
func BenchmarkDestroyAmongMany(b *testing.B) {
	s := New(Options{})
	const many = 100_000
	for i := range many / 100 {
		mustPut(b, s, pool, fmt.Sprintf(`{"UserPoolId":"us-east-1_%d"}`, i))
	}
	for i := range many {
		mustPut(b, s, client, fmt.Sprintf(`{"UserPoolId":"us-east-1_%d","ClientId":"c%d"}`, i%(many/100), i))
	}
	k, err := s.kind(pool)
	if err != nil {
		b.Fatal(err)
	}
	w := s.world(home)
	v := &visit{store: s, kind: k, world: w, shelf: w.shelf(k), scope: home}
	for n := 0; b.Loop(); n++ {
		id := fmt.Sprintf("us-east-1_x%d", n)
		mustPut(b, s, pool, fmt.Sprintf(`{"UserPoolId":%q}`, id))
		mustPut(b, s, client, fmt.Sprintf(`{"UserPoolId":%q,"ClientId":"c"}`, id))
		if have := v.destroy(target{pool, id}); have.code != "" {
			b.Fatal(have)
		}
	}
}

func mustPut(tb testing.TB, s *Store, name resource.TypeName, properties string) {
	tb.Helper()
	if err := s.Put(home, name, json.RawMessage(properties)); err != nil {
		tb.Fatal(err)
	}
}

// What a resource only shows is that of its parent.
func TestReadOnlyOfTheParent(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	f.put("AWS::EC2::VPC", `{"VpcId":"vpc-1","CidrBlock":"10.0.0.0/16"}`)
	f.put("AWS::EC2::Subnet", `{"SubnetId":"subnet-1","VpcId":"vpc-1","CidrBlock":"10.0.1.0/24"}`)
	event, err := f.Create(t.Context(), cloudcontrol.CreateInput{Call: call("AWS::EC2::Instance"), DesiredState: []byte(`{"SubnetId":"subnet-1"}`)})
	if err != nil {
		t.Fatal(err)
	}
	made := f.status(event.RequestToken)
	if state := f.state("AWS::EC2::Instance", made.Identifier); state["VpcId"] != "vpc-1" || state["SubnetId"] != "subnet-1" {
		t.Errorf("have %v", state)
	}
}
