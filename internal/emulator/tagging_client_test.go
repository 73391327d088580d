package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/cloudcontrol/limit"
	"skyql/internal/cloudcontrol/record"
	"skyql/internal/cloudcontrol/retry"
	"skyql/internal/emulator/settings"
	"skyql/internal/emulator/store"
	"skyql/internal/resource"
	"skyql/internal/tagging"
)

// everything is a client of both APIs.
type everything interface {
	cloudcontrol.Client
	tagging.Client
}

var (
	_ everything = (*awsclient.Client)(nil)
	_ everything = (*store.Store)(nil)
)

// onBoth runs a test over the store, and through the AWS SDK and a socket.
func onBoth(t *testing.T, run func(t *testing.T, client everything)) {
	t.Helper()
	t.Run("store", func(t *testing.T) {
		t.Parallel()
		run(t, store.New(store.Options{PageSize: 3}))
	})
	t.Run("SDK", func(t *testing.T) {
		t.Parallel()
		run(t, sdkClient(t, New(store.New(store.Options{PageSize: 3}), Options{Listen: "127.0.0.1:0"})))
	})
}

// seeded creates n buckets with tags, and one without.
func seeded(t *testing.T, client everything, n int) {
	t.Helper()
	create := func(desired any) {
		text, err := json.Marshal(desired)
		if err != nil {
			t.Fatal(err)
		}
		event, err := client.Create(t.Context(), cloudcontrol.CreateInput{Call: bucketCall(), DesiredState: text})
		if event = finished(t, client, event, err); event.Status != cloudcontrol.Success {
			t.Fatalf("%+v", event)
		}
	}
	type tags = []tagging.Tag
	for i := range n {
		create(map[string]any{"BucketName": fmt.Sprintf("bucket-%d", i), "Tags": tags{
			{Key: "number", Value: fmt.Sprint(i)}, {Key: "half", Value: fmt.Sprint(i % 2)},
		}})
	}
	create(map[string]any{"BucketName": "untagged"})
}

func TestTaggingConformance(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, client everything) {
		seeded(t, client, 8)
		if have := arnsOf(t, client, tagging.ResourcesInput{}); len(have) != 8 || have[0] != "arn:aws:s3:::bucket-0" {
			t.Errorf("want the 8 buckets that have tags, have %v", have)
		}
		in := tagging.ResourcesInput{
			Types: []string{"s3:bucket", "ec2"}, ResourcesPerPage: 1,
			Filters: []tagging.Filter{{Key: "half", Values: []string{"1"}}, {Key: "number"}},
		}
		want := []string{"arn:aws:s3:::bucket-1", "arn:aws:s3:::bucket-3", "arn:aws:s3:::bucket-5", "arn:aws:s3:::bucket-7"}
		if diff := cmp.Diff(want, arnsOf(t, client, in)); diff != "" {
			t.Errorf("filtered (-want +have)\n%s", diff)
		}
		page, err := client.TaggedResources(t.Context(), tagging.ResourcesInput{
			Scope: ireland, ARNs: []string{"arn:aws:s3:::bucket-1", "arn:aws:s3:::untagged"}, IncludeCompliance: true,
		})
		wantPage := tagging.ResourcePage{Resources: []tagging.Resource{{
			ARN: "arn:aws:s3:::bucket-1", Tags: []tagging.Tag{{Key: "number", Value: "1"}, {Key: "half", Value: "1"}},
			Compliance: &tagging.Compliance{Compliant: true},
		}}}
		if diff := cmp.Diff(wantPage, page, cmp.Transformer("nil", func(list []string) []string { return append(list, "") })); err != nil || diff != "" {
			t.Errorf("%v (-want +have)\n%s", err, diff)
		}
	})
}

func arnsOf(t *testing.T, client tagging.Reader, in tagging.ResourcesInput) (arns []string) {
	t.Helper()
	for in.Scope = ireland; ; {
		page, err := client.TaggedResources(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range page.Resources {
			arns = append(arns, found.ARN)
		}
		if in.PaginationToken = page.PaginationToken; in.PaginationToken == "" {
			return arns
		}
	}
}

func TestTagKeysConformance(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, client everything) {
		seeded(t, client, 8)
		keys, err := client.TagKeys(t.Context(), tagging.KeysInput{Scope: ireland})
		if diff := cmp.Diff(tagging.KeyPage{Keys: []string{"half", "number"}}, keys); err != nil || diff != "" {
			t.Errorf("%v (-want +have)\n%s", err, diff)
		}
		var values []string
		for in := (tagging.ValuesInput{Scope: ireland, Key: "number"}); ; {
			page, err := client.TagValues(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, page.Values...)
			if in.PaginationToken = page.PaginationToken; in.PaginationToken == "" {
				break
			}
		}
		if diff := cmp.Diff([]string{"0", "1", "2", "3", "4", "5", "6", "7"}, values); diff != "" {
			t.Errorf("values (-want +have)\n%s", diff)
		}
	})
}

func TestTagWritesConformance(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, client everything) {
		seeded(t, client, 2)
		unknown := "arn:aws:s3:::nosuch"
		wantFailures := tagging.Failures{unknown: {
			StatusCode: 400, Code: "InvalidParameterException",
			Message: "No resource that can be tagged has the ARN arn:aws:s3:::nosuch in eu-west-1",
		}}
		failures, err := client.TagResources(t.Context(), tagging.TagInput{
			Scope: ireland, ARNs: []string{"arn:aws:s3:::untagged", unknown}, Tags: map[string]string{"new": "<é>"}})
		if diff := cmp.Diff(wantFailures, failures); err != nil || diff != "" {
			t.Errorf("tag: %v (-want +have)\n%s", err, diff)
		}
		if have := properties(t, client, "untagged")["Tags"]; !cmp.Equal(have, []any{map[string]any{"Key": "new", "Value": "<é>"}}) {
			t.Errorf("want the tag in the model, have %v", have)
		}
		failures, err = client.UntagResources(t.Context(), tagging.UntagInput{
			Scope: ireland, ARNs: []string{"arn:aws:s3:::untagged", "arn:aws:s3:::bucket-0", unknown}, Keys: []string{"new", "half"}})
		if diff := cmp.Diff(wantFailures, failures); err != nil || diff != "" {
			t.Errorf("untag: %v (-want +have)\n%s", err, diff)
		}
		if have := arnsOf(t, client, tagging.ResourcesInput{}); len(have) != 2 {
			t.Errorf("want the two others tagged still, have %v", have)
		}
		failures, err = client.UntagResources(t.Context(), tagging.UntagInput{
			Scope: ireland, ARNs: []string{"arn:aws:s3:::bucket-0"}, Keys: []string{"half"}})
		if err != nil || failures == nil || len(failures) > 0 {
			t.Errorf("want nothing refused the second time, have %v, %v", failures, err)
		}
	})
}

func properties(t *testing.T, client cloudcontrol.Reader, name string) (model map[string]any) {
	t.Helper()
	found, err := client.Get(t.Context(), cloudcontrol.GetInput{Call: bucketCall(), Identifier: name})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(found.Properties, &model); err != nil {
		t.Fatal(err)
	}
	return model
}

func TestTaggingRefusalsConformance(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, client everything) {
		seeded(t, client, 8)
		_, err := client.TaggedResources(t.Context(), tagging.ResourcesInput{Scope: ireland, PaginationToken: "nonsense"})
		wantRefusal(t, err, tagging.GetResources, resource.Validation)
		_, err = client.TaggedResources(t.Context(), tagging.ResourcesInput{Scope: ireland, ARNs: []string{"x"}})
		wantRefusal(t, err, tagging.GetResources, resource.Validation)
		_, err = client.TagValues(t.Context(), tagging.ValuesInput{Scope: ireland})
		wantRefusal(t, err, tagging.GetTagValues, resource.Validation)
		_, err = client.TagResources(t.Context(), tagging.TagInput{Scope: ireland, Tags: map[string]string{"a": "b"}})
		wantRefusal(t, err, tagging.TagResources, resource.Validation)
		_, err = client.UntagResources(t.Context(), tagging.UntagInput{Scope: ireland, ARNs: []string{"arn:aws:s3:::untagged"}})
		wantRefusal(t, err, tagging.UntagResources, resource.Validation)
		err = client.StartReportCreation(t.Context(), tagging.StartReportInput{Scope: ireland, Bucket: "nosuch"})
		wantRefusal(t, err, tagging.StartReportCreation, resource.Validation)
	})
}

func wantRefusal(t *testing.T, err error, operation string, code resource.Code) {
	t.Helper()
	var refusal *resource.Error
	if !errors.As(err, &refusal) || refusal.Code != code || refusal.Operation != operation || refusal.Scope != ireland || refusal.Message == "" {
		t.Errorf("want %s of %s with a message, have %v", code, operation, err)
	}
}

func TestReportsConformance(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, client everything) {
		seeded(t, client, 0)
		summary, err := client.ComplianceSummary(t.Context(), tagging.SummaryInput{Scope: ireland, GroupBy: []string{"REGION"}})
		if err != nil || len(summary.Summaries) > 0 {
			t.Errorf("want no summaries, have %v, %v", summary, err)
		}
		report, err := client.ReportCreation(t.Context(), tagging.ReportInput{Scope: ireland})
		if err != nil || report != (tagging.Report{Status: tagging.NoReport}) {
			t.Errorf("want no report, have %+v, %v", report, err)
		}
		if err := client.StartReportCreation(t.Context(), tagging.StartReportInput{Scope: ireland, Bucket: "untagged"}); err != nil {
			t.Error(err)
		}
		report, err = client.ReportCreation(t.Context(), tagging.ReportInput{Scope: ireland})
		if _, bad := time.Parse(time.RFC3339, report.StartDate); err != nil || bad != nil || report.Status != "SUCCEEDED" ||
			report.S3Location != "s3://untagged/AwsTagPolicies/123456789012/report.csv" {
			t.Errorf("want the report, have %+v, %v", report, err)
		}
	})
}

func TestExpiredTokenThroughTheSDK(t *testing.T) {
	t.Parallel()
	var offset atomic.Int64
	s := New(store.New(store.Options{PageSize: 1, Now: func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }}), Options{Listen: "127.0.0.1:0"})
	client := sdkClient(t, s)
	seeded(t, client, 2)
	page, err := client.TaggedResources(t.Context(), tagging.ResourcesInput{Scope: ireland})
	if err != nil || page.PaginationToken == "" {
		t.Fatalf("want a second page, have %v, %v", page, err)
	}
	offset.Store(int64(time.Hour))
	_, err = client.TaggedResources(t.Context(), tagging.ResourcesInput{Scope: ireland, PaginationToken: page.PaginationToken})
	wantRefusal(t, err, tagging.GetResources, tagging.TokenExpired)
}

// TestTaggingThroughAllLayers sends tags through faults, as the program does.
func TestTaggingThroughAllLayers(t *testing.T) {
	t.Parallel()
	world := store.New(store.Options{})
	seeded(t, world, 40)
	server := New(world, Options{Listen: "127.0.0.1:0", Settings: settings.Settings{FaultSeed: 5, Faults: []settings.Fault{
		{Kind: settings.FaultThrottle, Probability: 0.2, Operation: tagging.TagResources}, {Kind: settings.FaultError, Probability: 0.1, Operation: tagging.TagResources}, {Kind: settings.FaultLost, Probability: 0.1, Operation: tagging.TagResources},
		{Kind: settings.FaultThrottle, Probability: 0.3, Operation: tagging.GetResources}, {Kind: settings.FaultError, Probability: 0.1, Operation: tagging.GetResources},
	}}})
	var recorder record.Recorder
	client := retry.NewTagging(limit.New(limit.Options{}).WrapTagging(recorder.WrapTagging(sdkClient(t, server))),
		retry.Options{MaxDelay: time.Millisecond})
	for i := range 40 {
		failures, err := client.TagResources(t.Context(), tagging.TagInput{
			Scope: ireland, ARNs: []string{fmt.Sprintf("arn:aws:s3:::bucket-%d", i)}, Tags: map[string]string{"done": "yes"}})
		if err != nil || len(failures) > 0 {
			t.Errorf("bucket %d: %v, %v", i, failures, err)
		}
	}
	if have := arnsOf(t, client, tagging.ResourcesInput{Filters: []tagging.Filter{{Key: "done"}}, ResourcesPerPage: 4}); len(have) != 40 {
		t.Errorf("want all 40 tagged, have %d", len(have))
	}
	stats := server.Stats()
	if stats.Faults[settings.FaultThrottle] == 0 || stats.Faults[settings.FaultError] == 0 || stats.Faults[settings.FaultLost] == 0 {
		t.Errorf("want faults of each kind, have %v", stats.Faults)
	}
	counts := recorder.Counts()
	if want := stats.Calls[tagging.TagResources] + stats.Calls[tagging.GetResources] + stats.Faults[settings.FaultThrottle]; counts["tagging:TagResources"]+counts["tagging:GetResources"] != want || counts["tagging:TagResources"] <= 40 {
		t.Errorf("want %d attempts recorded, have %v", want, counts)
	}
}
