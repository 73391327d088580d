package store

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

func TestListRows(t *testing.T) {
	t.Parallel()
	f := withExamples(t, Options{})
	f.put(site, `{"SiteId":"s-1","Arn":"arn:1","Name":"one"}`)
	f.put(page, `{"SiteId":"s-1","Path":"/a","Title":"A","Weight":1}`)
	f.put(page, `{"SiteId":"s-1","Path":"/a|b","Title":"A","Weight":2}`)
	f.put(lens, `{"Configuration":{"Id":"wide","Depth":3}}`)
	tests := map[string]struct {
		name  resource.TypeName
		model string
		want  []string
	}{
		"identifier only":            {site, ``, []string{`{"SiteId":"s-1"}`}},
		"nested identifier":          {lens, ``, []string{`{"Configuration":{"Id":"wide"}}`}},
		"separator inside of a part": {page, `{"SiteId":"s-1"}`, []string{`{"SiteId":"s-1","Path":"/a"}`, `{"Path":"/a|b","SiteId":"s-1"}`}},
		"with the list's inputs": {page, `{"SiteId":"s-1","Title":"A"}`, []string{
			`{"Path":"/a","SiteId":"s-1","Title":"A"}`, `{"Path":"/a|b","SiteId":"s-1","Title":"A"}`,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := cloudcontrol.ListInput{Call: call(test.name)}
			if test.model != "" {
				in.ResourceModel = json.RawMessage(test.model)
			}
			page, err := f.List(context.Background(), in)
			if err != nil {
				t.Fatal(err)
			}
			var have []string
			for _, description := range page.Resources {
				have = append(have, string(description.Properties))
			}
			if diff := cmp.Diff(test.want, have); diff != "" {
				t.Errorf("(-want +have)\n%s", diff)
			}
		})
	}
}

func TestListOfLogGroupsIsWhole(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	f.put("AWS::Logs::LogGroup", `{"LogGroupName":"app","RetentionInDays":7,"Arn":"arn:app"}`)
	page, err := f.List(context.Background(), cloudcontrol.ListInput{Call: call("AWS::Logs::LogGroup")})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Arn":"arn:app","LogGroupClass":"STANDARD","LogGroupName":"app","RetentionInDays":7}`
	if diff := cmp.Diff(want, string(page.Resources[0].Properties)); diff != "" {
		t.Errorf("(-want +have)\n%s", diff)
	}
}

func TestListBelowParents(t *testing.T) {
	t.Parallel()
	f := withExamples(t, Options{PageSize: 2})
	for _, id := range []string{"s-1", "s-2", "s-3"} {
		f.put(site, fmt.Sprintf(`{"SiteId":%q,"Name":%q}`, id, id))
	}
	for i := range 5 {
		f.put(page, fmt.Sprintf(`{"SiteId":"s-%d","Path":"/%d","Title":"T%d"}`, i%2+1, i, i/2))
		f.put(comment, fmt.Sprintf(`{"CommentId":"c-%d","SiteId":"s-%d","Author":"ann"}`, i, i%2+1))
		f.put(badge, fmt.Sprintf(`{"BadgeId":"b-%d","SiteId":"s-%d","Author":"a%d"}`, i, i%2+1, i/2))
	}
	tests := map[string]struct {
		name  resource.TypeName
		model string
		want  []string
	}{
		"children only":          {page, `{"SiteId":"s-1"}`, []string{"s-1|/0", "s-1|/2", "s-1|/4"}},
		"other parent":           {page, `{"SiteId":"s-2"}`, []string{"s-2|/1", "s-2|/3"}},
		"parent without any":     {page, `{"SiteId":"s-3"}`, nil},
		"and an optional filter": {page, `{"SiteId":"s-1","Title":"T1"}`, []string{"s-1|/2"}},
		"unknown members":        {page, `{"SiteId":"s-2","Weight":9}`, []string{"s-2|/1", "s-2|/3"}},
		"one of two":             {comment, `{"SiteId":"s-2"}`, []string{"c-1", "c-3"}},
		"the other of two":       {comment, `{"Author":"ann"}`, []string{"c-0", "c-1", "c-2", "c-3", "c-4"}},
		"any":                    {badge, `{"Author":"a1"}`, []string{"b-2", "b-3"}},
		"all of any":             {badge, `{"SiteId":"s-1","Author":"a1"}`, []string{"b-2"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := cloudcontrol.ListInput{Call: call(test.name), ResourceModel: json.RawMessage(test.model)}
			if diff := cmp.Diff(test.want, (fixture{f.Store, t}).list(in)); diff != "" {
				t.Errorf("(-want +have)\n%s", diff)
			}
		})
	}
}

func TestListRefuses(t *testing.T) {
	t.Parallel()
	const missing = "Missing or invalid ResourceModel property in %s list handler request input.Required property:  (%s)"
	f := withExamples(t, Options{})
	f.put(site, `{"SiteId":"s-1","Name":"one"}`)
	tests := map[string]struct {
		in      cloudcontrol.ListInput
		code    resource.Code
		message string
	}{
		"no list handler": {
			cloudcontrol.ListInput{Call: call(event)}, resource.UnsupportedAction,
			"Resource type AWS::Example::Event does not support LIST action",
		},
		"no parent": {
			cloudcontrol.ListInput{Call: call(page)}, resource.InvalidRequest,
			fmt.Sprintf(missing, page, "#: required key [SiteId] not found"),
		},
		"empty parent": {
			cloudcontrol.ListInput{Call: call(page), ResourceModel: json.RawMessage(`{"SiteId":""}`)}, resource.InvalidRequest,
			fmt.Sprintf(missing, page, "#: required key [SiteId] not found"),
		},
		"none of one": {
			cloudcontrol.ListInput{Call: call(comment)}, resource.InvalidRequest,
			fmt.Sprintf(missing, comment, "#: #: 0 subschemas matched instead of one\n"+
				"#: required key [SiteId] not found\n#: required key [Author] not found"),
		},
		"two of one": {
			cloudcontrol.ListInput{Call: call(comment), ResourceModel: json.RawMessage(`{"SiteId":"s-1","Author":"a"}`)},
			resource.InvalidRequest, fmt.Sprintf(missing, comment, "#: #: 2 subschemas matched instead of one"),
		},
		"none of any": {
			cloudcontrol.ListInput{Call: call(badge)}, resource.InvalidRequest,
			fmt.Sprintf(missing, badge, "#: #: no subschema matched out of the total 2 subschemas\n"+
				"#: required key [SiteId] not found\n#: required key [Author] not found"),
		},
		"parent that does not exist": {
			cloudcontrol.ListInput{Call: call(page), ResourceModel: json.RawMessage(`{"SiteId":"s-9"}`)}, resource.NotFound,
			"AWS::Example::Page Handler returned status FAILED: Resource of type 'AWS::Example::Site' with identifier " +
				"'s-9' was not found. (HandlerErrorCode: NotFound, RequestToken: TOKEN)",
		},
		"model that is no object": {
			cloudcontrol.ListInput{Call: call(site), ResourceModel: json.RawMessage(`[]`)}, resource.Validation,
			"ResourceModel is not valid: not a JSON object",
		},
		"token of nobody": {
			cloudcontrol.ListInput{Call: call(site), NextToken: "abc"}, resource.Validation,
			"NextToken is not valid for this request",
		},
		"token of another list": {
			cloudcontrol.ListInput{Call: call(site), NextToken: encodePosition(1, string(page))}, resource.Validation,
			"NextToken is not valid for this request",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := f.List(context.Background(), test.in)
			wantError(t, err, test.code, test.message)
		})
	}
}

func TestListPages(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		resources, pageSize, maxResults int
		want                            []int // sizes of the pages
	}{
		"none":                             {0, 0, 0, []int{0}},
		"fewer than a page":                {3, 5, 0, []int{3}},
		"a page exactly":                   {5, 5, 0, []int{5}},
		"several":                          {12, 5, 0, []int{5, 5, 2}},
		"fewer because the caller asks":    {5, 5, 2, []int{2, 2, 1}},
		"not more because the caller asks": {5, 2, 100, []int{2, 2, 1}},
		"default size":                     {101, 0, 0, []int{100, 1}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, Options{PageSize: test.pageSize})
			for i := range test.resources {
				f.put(bucket, fmt.Sprintf(`{"BucketName":"bucket-%d"}`, i))
			}
			var have []int
			in := cloudcontrol.ListInput{Call: call(bucket), MaxResults: test.maxResults}
			for {
				page, err := f.List(context.Background(), in)
				if err != nil {
					t.Fatal(err)
				}
				have = append(have, len(page.Resources))
				if in.NextToken = page.NextToken; in.NextToken == "" {
					break
				}
			}
			if diff := cmp.Diff(test.want, have); diff != "" {
				t.Errorf("sizes of pages (-want +have)\n%s", diff)
			}
		})
	}
}

func TestPagesAreStableWhileResourcesComeAndGo(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{PageSize: 2})
	for _, name := range []string{"aaa", "bbb", "ccc", "ddd", "eee"} {
		f.put(bucket, fmt.Sprintf(`{"BucketName":%q}`, name))
	}
	first, err := f.List(context.Background(), cloudcontrol.ListInput{Call: call(bucket)})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"aaa", "bbb", "ddd"} {
		wantSuccess(t, f.delete(bucket, name))
	}
	f.put(bucket, `{"BucketName":"aaa"}`)
	want := []string{"ccc", "eee", "aaa"}
	have := f.list(cloudcontrol.ListInput{Call: call(bucket), NextToken: first.NextToken})
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("after the first page (-want +have)\n%s", diff)
	}
}
