package store

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/catalog"
	"skyql/internal/resource"
	"skyql/internal/tagging"
)

const (
	parameter resource.TypeName = "AWS::SSM::Parameter"
	vpc       resource.TypeName = "AWS::EC2::VPC"
)

// estate has tags as a list and as a map, an ARN that is held and one that is
// made, and a resource without tags.
func estate(t *testing.T, opts Options) fixture {
	t.Helper()
	f := newFixture(t, opts)
	f.put(bucket, `{"BucketName":"a","Arn":"arn:aws:s3:::a","Tags":[{"Key":"team","Value":"red"},{"Key":"env","Value":"prod"}]}`)
	f.put(bucket, `{"BucketName":"b","Arn":"arn:aws:s3:::b","Tags":[{"Key":"team","Value":"blue"}]}`)
	f.put(bucket, `{"BucketName":"c","Arn":"arn:aws:s3:::c"}`)
	f.put(vpc, `{"VpcId":"vpc-1","CidrBlock":"10.0.0.0/16","Tags":[{"Key":"team","Value":"red"},{"Key":"cost","Value":""}]}`)
	f.put(parameter, `{"Name":"/p","Type":"String","Value":"x","Arn":"arn:aws:ssm:us-east-1:123456789012:parameter/p",`+
		`"Tags":{"team":"red","env":"test"}}`)
	return f
}

const (
	vpcARN       = "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1"
	parameterARN = "arn:aws:ssm:us-east-1:123456789012:parameter/p"
)

// tagged gives the ARNs of all pages.
func (f fixture) tagged(in tagging.ResourcesInput) []string {
	f.t.Helper()
	arns := []string{}
	for in.Scope = home; ; {
		page, err := f.TaggedResources(f.t.Context(), in)
		if err != nil {
			f.t.Fatal(err)
		}
		for _, found := range page.Resources {
			arns = append(arns, found.ARN)
		}
		if in.PaginationToken = page.PaginationToken; in.PaginationToken == "" {
			return arns
		}
	}
}

func TestTagFilters(t *testing.T) {
	t.Parallel()
	f := estate(t, Options{})
	filter := func(key string, values ...string) tagging.Filter { return tagging.Filter{Key: key, Values: values} }
	for name, test := range map[string]struct {
		in   tagging.ResourcesInput
		want []string
	}{
		"all that are tagged": {tagging.ResourcesInput{}, []string{vpcARN, "arn:aws:s3:::a", "arn:aws:s3:::b", parameterARN}},
		"a key":               {tagging.ResourcesInput{Filters: []tagging.Filter{filter("env")}}, []string{"arn:aws:s3:::a", parameterARN}},
		"a key with no value": {tagging.ResourcesInput{Filters: []tagging.Filter{filter("cost", "")}}, []string{vpcARN}},
		"one of two values":   {tagging.ResourcesInput{Filters: []tagging.Filter{filter("team", "blue", "green")}}, []string{"arn:aws:s3:::b"}},
		"two keys":            {tagging.ResourcesInput{Filters: []tagging.Filter{filter("team", "red"), filter("env", "prod")}}, []string{"arn:aws:s3:::a"}},
		"case matters":        {tagging.ResourcesInput{Filters: []tagging.Filter{filter("Team")}}, []string{}},
		"a service":           {tagging.ResourcesInput{Types: []string{"s3"}}, []string{"arn:aws:s3:::a", "arn:aws:s3:::b"}},
		"a type":              {tagging.ResourcesInput{Types: []string{"ec2:vpc", "ec2:subnet"}}, []string{vpcARN}},
		"a type, in no ARN":   {tagging.ResourcesInput{Types: []string{"s3:bucket"}}, []string{"arn:aws:s3:::a", "arn:aws:s3:::b"}},
		"a service of two":    {tagging.ResourcesInput{Types: []string{"ssm", "ec2:instance"}}, []string{parameterARN}},
		"type and tag":        {tagging.ResourcesInput{Types: []string{"s3"}, Filters: []tagging.Filter{filter("team", "red")}}, []string{"arn:aws:s3:::a"}},
		"ARNs":                {tagging.ResourcesInput{ARNs: []string{vpcARN, "arn:aws:s3:::c", "arn:aws:s3:::none", "arn:aws:s3:::b"}}, []string{vpcARN, "arn:aws:s3:::b"}},
		"compliant ones only": {tagging.ResourcesInput{IncludeCompliance: true, ExcludeCompliant: true}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, f.tagged(test.in)); diff != "" {
				t.Errorf("(-want +have)\n%s", diff)
			}
		})
	}
}

func TestTagsOfRows(t *testing.T) {
	t.Parallel()
	f := estate(t, Options{})
	page, err := f.TaggedResources(t.Context(), tagging.ResourcesInput{
		Scope: home, ARNs: []string{"arn:aws:s3:::a", parameterARN}, IncludeCompliance: true})
	if err != nil {
		t.Fatal(err)
	}
	want := tagging.ResourcePage{Resources: []tagging.Resource{
		{ARN: "arn:aws:s3:::a", Tags: []tagging.Tag{{Key: "team", Value: "red"}, {Key: "env", Value: "prod"}}, Compliance: &tagging.Compliance{Compliant: true}},
		{ARN: parameterARN, Tags: []tagging.Tag{{Key: "env", Value: "test"}, {Key: "team", Value: "red"}}, Compliance: &tagging.Compliance{Compliant: true}},
	}}
	if diff := cmp.Diff(want, page); diff != "" {
		t.Errorf("(-want +have)\n%s", diff)
	}
}

func TestTagKeysAndValues(t *testing.T) {
	t.Parallel()
	for _, size := range []int{100, 1} {
		f := estate(t, Options{PageSize: size})
		if diff := cmp.Diff([]string{"cost", "env", "team"}, f.keys()); diff != "" {
			t.Errorf("keys in pages of %d (-want +have)\n%s", size, diff)
		}
		for key, want := range map[string][]string{"team": {"blue", "red"}, "cost": {""}, "none": nil} {
			if diff := cmp.Diff(want, f.values(key)); diff != "" {
				t.Errorf("values of %s in pages of %d (-want +have)\n%s", key, size, diff)
			}
		}
	}
}

func (f fixture) keys() (keys []string) {
	f.t.Helper()
	for in := (tagging.KeysInput{Scope: home}); ; {
		page, err := f.TagKeys(f.t.Context(), in)
		if err != nil {
			f.t.Fatal(err)
		}
		keys = append(keys, page.Keys...)
		if in.PaginationToken = page.PaginationToken; in.PaginationToken == "" {
			return keys
		}
	}
}

func (f fixture) values(key string) (values []string) {
	f.t.Helper()
	for in := (tagging.ValuesInput{Scope: home, Key: key}); ; {
		page, err := f.TagValues(f.t.Context(), in)
		if err != nil {
			f.t.Fatal(err)
		}
		values = append(values, page.Values...)
		if in.PaginationToken = page.PaginationToken; in.PaginationToken == "" {
			return values
		}
	}
}

func TestPagesOfTaggedResources(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	want := []string{}
	for i := range 1234 {
		f.put(bucket, fmt.Sprintf(`{"BucketName":"b%04d","Tags":[{"Key":"a","Value":""},{"Key":"b","Value":""},{"Key":"c","Value":""}]}`, i))
		want = append(want, fmt.Sprintf("arn:aws:s3:::b%04d", i))
	}
	for _, size := range []int{0, 7, 100} {
		if diff := cmp.Diff(want, f.tagged(tagging.ResourcesInput{ResourcesPerPage: size})); diff != "" {
			t.Errorf("pages of %d (-want +have)\n%s", size, diff)
		}
	}
	page, err := f.TaggedResources(t.Context(), tagging.ResourcesInput{Scope: home, TagsPerPage: 100, ResourcesPerPage: 100})
	if err != nil || len(page.Resources) != 33 {
		t.Errorf("want 33 resources of 3 tags in a page of 100 tags, have %d, %v", len(page.Resources), err)
	}
	if diff := cmp.Diff(want, f.tagged(tagging.ResourcesInput{TagsPerPage: 100})); diff != "" {
		t.Errorf("pages of 100 tags (-want +have)\n%s", diff)
	}
}

func TestWritingTagsChangesTheModel(t *testing.T) {
	t.Parallel()
	f := estate(t, Options{})
	all := []string{"arn:aws:s3:::a", "arn:aws:s3:::c", vpcARN, parameterARN}
	f.tag(map[string]string{"team": "green", "new": "1"}, all...)
	f.wantState(bucket, "a", `{"Tags":[{"Key":"team","Value":"green"},{"Key":"env","Value":"prod"},{"Key":"new","Value":"1"}]}`)
	f.wantState(bucket, "c", `{"BucketName":"c","Arn":"arn:aws:s3:::c","Tags":[{"Key":"new","Value":"1"},{"Key":"team","Value":"green"}]}`)
	f.wantState(vpc, "vpc-1", `{"CidrBlock":"10.0.0.0/16","Tags":[{"Key":"team","Value":"green"},{"Key":"cost","Value":""},{"Key":"new","Value":"1"}]}`)
	f.wantState(parameter, "/p", `{"Tags":{"env":"test","new":"1","team":"green"}}`)
	f.untag([]string{"team", "new", "nosuch"}, all...)
	f.wantState(bucket, "a", `{"Tags":[{"Key":"env","Value":"prod"}]}`)
	f.wantState(parameter, "/p", `{"Tags":{"env":"test"}}`)
	if state := f.state(bucket, "c"); state["Tags"] != nil {
		t.Errorf("want no tags left, have %v", state)
	}
	if diff := cmp.Diff([]string{vpcARN, "arn:aws:s3:::a", "arn:aws:s3:::b", parameterARN}, f.tagged(tagging.ResourcesInput{})); diff != "" {
		t.Errorf("tagged (-want +have)\n%s", diff)
	}
}

func (f fixture) tag(tags map[string]string, arns ...string) {
	f.t.Helper()
	failures, err := f.TagResources(f.t.Context(), tagging.TagInput{Scope: home, ARNs: arns, Tags: tags})
	if err != nil || len(failures) > 0 {
		f.t.Fatalf("want all tagged, have %v, %v", failures, err)
	}
}

func (f fixture) untag(keys []string, arns ...string) {
	f.t.Helper()
	failures, err := f.UntagResources(f.t.Context(), tagging.UntagInput{Scope: home, ARNs: arns, Keys: keys})
	if err != nil || len(failures) > 0 {
		f.t.Fatalf("want all untagged, have %v, %v", failures, err)
	}
}

func TestResourcesThatCannotBeTagged(t *testing.T) {
	t.Parallel()
	f := estate(t, Options{})
	many := map[string]string{}
	for i := range maxTags {
		many[fmt.Sprint("k", i)] = ""
	}
	failures, err := f.TagResources(t.Context(), tagging.TagInput{
		Scope: home, Tags: many, ARNs: []string{"arn:aws:s3:::c", "arn:aws:s3:::none", "arn:aws:s3:::a",
			"arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1", "arn:aws:nosuch:us-east-1:123456789012:thing/x"}})
	if err != nil {
		t.Fatal(err)
	}
	want := tagging.Failures{}
	for arn, message := range map[string]string{
		"arn:aws:s3:::none": "No resource that can be tagged has the ARN arn:aws:s3:::none in us-east-1",
		"arn:aws:s3:::a":    "The resource arn:aws:s3:::a would have more than 50 tags",
		"arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1":  "No resource that can be tagged has the ARN arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1 in us-east-1",
		"arn:aws:nosuch:us-east-1:123456789012:thing/x": "No resource that can be tagged has the ARN arn:aws:nosuch:us-east-1:123456789012:thing/x in us-east-1",
	} {
		want[arn] = tagging.Failure{StatusCode: 400, Code: "InvalidParameterException", Message: message}
	}
	if diff := cmp.Diff(want, failures); diff != "" {
		t.Errorf("(-want +have)\n%s", diff)
	}
	if tags := f.state(bucket, "c")["Tags"].([]any); len(tags) != maxTags {
		t.Errorf("want the others tagged, have %v", tags)
	}
	f.wantState(bucket, "a", `{"Tags":[{"Key":"team","Value":"red"},{"Key":"env","Value":"prod"}]}`)
}

// Requests that take time are settled first, as for any call.
func TestTaggingSeesWhatIsSettled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, Options{Stabilize: time.Second})
		f.create(bucket, `{"BucketName":"slow","Tags":[{"Key":"a","Value":"b"}]}`)
		if have := f.tagged(tagging.ResourcesInput{}); len(have) > 0 {
			t.Errorf("want nothing yet, have %v", have)
		}
		time.Sleep(time.Second)
		if have := f.tagged(tagging.ResourcesInput{}); len(have) != 1 {
			t.Errorf("want the bucket, have %v", have)
		}
	})
}

func TestRegionsAndAccountsHaveTheirOwnTags(t *testing.T) {
	t.Parallel()
	f := estate(t, Options{})
	for _, scope := range []resource.Scope{{Region: "eu-west-1"}, {Account: "999999999999", Region: "us-east-1"}} {
		page, err := f.TaggedResources(t.Context(), tagging.ResourcesInput{Scope: scope})
		if err != nil || len(page.Resources) > 0 {
			t.Errorf("%s: want nothing, have %v, %v", scope, page, err)
		}
	}
}

// TestEveryTaggableTypeCanBeTagged makes a resource of each starter type and goes
// there and back by its ARN.
func TestEveryTaggableTypeCanBeTagged(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	taggable := 0
	for _, name := range catalog.Starter().Types() {
		k, err := f.kind(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Populate(home, name, 2); err != nil {
			t.Fatal(err)
		}
		if k.tags == nil {
			continue
		}
		taggable++
		items, _ := f.world(home).shelf(k).page(filter{}, 0, 1)
		arn := k.tags.arns.in(f.world(home).scope).arnOf(items[0].model)
		f.tag(map[string]string{"skyql": string(name)}, arn)
		have := f.tagged(tagging.ResourcesInput{Filters: []tagging.Filter{{Key: "skyql", Values: []string{string(name)}}}})
		if diff := cmp.Diff([]string{arn}, have); diff != "" {
			t.Errorf("%s (-want +have)\n%s", name, diff)
		}
		if state := encode(f.state(name, items[0].identifier)); !strings.Contains(state, "skyql") {
			t.Errorf("%s: want the tag in the model, have %s", name, state)
		}
	}
	if taggable < 20 {
		t.Errorf("want most starter types tagged, have %d", taggable)
	}
}

func TestTagsBesideOtherChanges(t *testing.T) {
	t.Parallel()
	f := estate(t, Options{})
	var workers sync.WaitGroup
	for worker := range 8 {
		workers.Go(func() {
			for i := range 50 {
				key := fmt.Sprintf("w%d", worker)
				if i%2 == 0 {
					f.tag(map[string]string{key: fmt.Sprint(i)}, "arn:aws:s3:::a", parameterARN)
				} else {
					f.update(bucket, "b", `[{"op":"add","path":"/Tags","value":[{"Key":"x","Value":"y"}]}]`)
				}
				f.tagged(tagging.ResourcesInput{})
			}
		})
	}
	workers.Wait()
	tags := f.state(parameter, "/p")["Tags"].(map[string]any)
	want := map[string]any{"team": "red", "env": "test"}
	for worker := range 8 {
		want[fmt.Sprintf("w%d", worker)] = "48"
	}
	if diff := cmp.Diff(want, tags); diff != "" {
		t.Errorf("(-want +have)\n%s", diff)
	}
	if list := f.state(bucket, "a")["Tags"].([]any); len(list) != 10 {
		t.Errorf("want 10 tags, have %v", list)
	}
}

// A tag of an Auto Scaling group has a member more, which the schema demands.
func TestNewTagsHaveWhatTheSchemaDemands(t *testing.T) {
	t.Parallel()
	old := []any{map[string]any{"Key": "a", "Value": "1", "PropagateAtLaunch": true}}
	have := changedList(old, map[string]string{"a": "2", "b": "3"}, nil, map[string]any{"PropagateAtLaunch": false})
	want := []any{
		map[string]any{"Key": "a", "Value": "2", "PropagateAtLaunch": true},
		map[string]any{"Key": "b", "Value": "3", "PropagateAtLaunch": false},
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("(-want +have)\n%s", diff)
	}
}
