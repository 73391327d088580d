package native

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"skyql/internal/resource"
	"skyql/internal/tagging"
)

// taggingTables show the Resource Groups Tagging API.
//
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/overview.html
var taggingTables = []*Table{TaggedResources, keysTable, valuesTable, summaryTable, reportTable}

// TaggedResources shows resources by their tags.
//
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
var TaggedResources = &Table{
	Service: "tagging", Name: "tagged_resources", Description: "resources that have tags, with their ARNs",
	Columns: []Column{
		region, shown("ResourceARN", false), column("Tags", resource.JSON), column("ComplianceDetails", resource.JSON),
		{Name: "resource_arn", Kind: resource.Text, Hidden: true},
		input("TagFilters"), input("ResourceTypeFilters"), input("ResourceARNList"), input("ResourcesPerPage"),
		input("TagsPerPage"), input("PaginationToken"), input("IncludeComplianceDetails"), input("ExcludeCompliantResources"),
		input("TagKeys"),
	},
	Operations: []string{tagging.GetResources}, rows: taggedRows,
}

var keysTable = &Table{
	Service: "tagging", Name: "tag_keys", Description: "the keys of tags in use",
	Columns:    []Column{region, column("Key", resource.Text), input("PaginationToken")},
	Operations: []string{tagging.GetTagKeys}, rows: keyRows,
}

var valuesTable = &Table{
	Service: "tagging", Name: "tag_values", Description: "the values that a key of tags has",
	Columns:    []Column{region, shown("Key", true), column("Value", resource.Text), input("PaginationToken")},
	Operations: []string{tagging.GetTagValues}, rows: valueRows,
}

var summaryTable = &Table{
	Service: "tagging", Name: "compliance_summary", Description: "how many resources do not comply with the tag policy",
	Columns: []Column{
		region, column("TargetId", resource.Text), column("TargetIdType", resource.Text),
		column("summary_region", resource.Text), column("ResourceType", resource.Text),
		column("NonCompliantResources", resource.Integer), column("LastUpdated", resource.Text),
		input("TargetIdFilters"), input("RegionFilters"), input("ResourceTypeFilters"), input("TagKeyFilters"),
		input("GroupBy"), input("MaxResults"), input("PaginationToken"),
	},
	Operations: []string{tagging.GetComplianceSummary}, rows: summaryRows,
}

var reportTable = &Table{
	Service: "tagging", Name: "report_creation", Description: "the latest report on tags",
	Columns: []Column{
		region, column("Status", resource.Text), column("S3Location", resource.Text),
		column("StartDate", resource.Text), column("ErrorMessage", resource.Text),
	},
	Operations: []string{tagging.DescribeReportCreation}, rows: reportRows,
}

// taggedInput reads the conditions on tagged_resources.
func taggedInput(scope resource.Scope, keys Keys) (in tagging.ResourcesInput, err error) {
	in = tagging.ResourcesInput{Scope: scope, PaginationToken: keys.text("PaginationToken")}
	if text := keys.text("TagFilters"); text != "" {
		if err := json.Unmarshal([]byte(text), &in.Filters); err != nil {
			return in, fmt.Errorf(`TagFilters is JSON such as [{"Key": "env", "Values": ["prod"]}]: %w`, err)
		}
	}
	if in.Types, err = keys.list("ResourceTypeFilters"); err != nil {
		return in, err
	}
	if in.ARNs, err = keys.list("ResourceARNList"); err != nil {
		return in, err
	}
	if arn := keys.text("ResourceARN"); arn != "" && len(in.ARNs) == 0 && len(in.Filters)+len(in.Types) == 0 {
		in.ARNs = []string{arn}
	}
	if in.ResourcesPerPage, err = keys.number("ResourcesPerPage"); err != nil {
		return in, err
	}
	if in.TagsPerPage, err = keys.number("TagsPerPage"); err != nil {
		return in, err
	}
	if in.IncludeCompliance, err = keys.truth("IncludeComplianceDetails"); err != nil {
		return in, err
	}
	in.ExcludeCompliant, err = keys.truth("ExcludeCompliantResources")
	return in, err
}

func taggedRows(ctx context.Context, q query) iter.Seq2[[]any, error] {
	in, err := taggedInput(q.scope, q.keys)
	if err != nil {
		return failing(err)
	}
	if in.ResourcesPerPage == 0 && len(in.ARNs) == 0 {
		in.ResourcesPerPage = 100
	}
	return pages(in.PaginationToken, func(token string) (tagging.ResourcePage, string, error) {
		in := in
		in.PaginationToken = token
		page, err := q.Tagging.TaggedResources(ctx, in)
		return page, page.PaginationToken, err
	}, func(page tagging.ResourcePage) [][]any {
		rows := make([][]any, len(page.Resources))
		for i, found := range page.Resources {
			values := map[string]any{
				"ResourceARN": found.ARN, "resource_arn": found.ARN, "Tags": document(append([]tagging.Tag{}, found.Tags...)),
			}
			if found.Compliance != nil {
				values["ComplianceDetails"] = document(found.Compliance)
			}
			rows[i] = q.row(values)
		}
		return rows
	})
}

func keyRows(ctx context.Context, q query) iter.Seq2[[]any, error] {
	return pages(q.keys.text("PaginationToken"), func(token string) (tagging.KeyPage, string, error) {
		page, err := q.Tagging.TagKeys(ctx, tagging.KeysInput{Scope: q.scope, PaginationToken: token})
		return page, page.PaginationToken, err
	}, func(page tagging.KeyPage) [][]any {
		rows := make([][]any, len(page.Keys))
		for i, key := range page.Keys {
			rows[i] = q.row(map[string]any{"Key": key})
		}
		return rows
	})
}

func valueRows(ctx context.Context, q query) iter.Seq2[[]any, error] {
	return pages(q.keys.text("PaginationToken"), func(token string) (tagging.ValuePage, string, error) {
		page, err := q.Tagging.TagValues(ctx,
			tagging.ValuesInput{Scope: q.scope, Key: q.keys.text("Key"), PaginationToken: token})
		return page, page.PaginationToken, err
	}, func(page tagging.ValuePage) [][]any {
		rows := make([][]any, len(page.Values))
		for i, value := range page.Values {
			rows[i] = q.row(map[string]any{"Value": value})
		}
		return rows
	})
}

func summaryRows(ctx context.Context, q query) iter.Seq2[[]any, error] {
	in := tagging.SummaryInput{Scope: q.scope}
	var err error
	for name, target := range map[string]*[]string{
		"TargetIdFilters": &in.Targets, "RegionFilters": &in.Regions, "ResourceTypeFilters": &in.Types,
		"TagKeyFilters": &in.Keys, "GroupBy": &in.GroupBy,
	} {
		if *target, err = q.keys.list(name); err != nil {
			return failing(err)
		}
	}
	if in.MaxResults, err = q.keys.number("MaxResults"); err != nil {
		return failing(err)
	}
	return pages(q.keys.text("PaginationToken"), func(token string) (tagging.SummaryPage, string, error) {
		in := in
		in.PaginationToken = token
		page, err := q.Tagging.ComplianceSummary(ctx, in)
		return page, page.PaginationToken, err
	}, func(page tagging.SummaryPage) [][]any {
		rows := make([][]any, len(page.Summaries))
		for i, s := range page.Summaries {
			rows[i] = q.row(map[string]any{
				"TargetId": orNull(s.TargetID), "TargetIdType": orNull(s.TargetType), "summary_region": orNull(s.Region),
				"ResourceType": orNull(s.Type), "NonCompliantResources": s.NonCompliant, "LastUpdated": orNull(s.LastUpdated),
			})
		}
		return rows
	})
}

func reportRows(ctx context.Context, q query) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		report, err := q.Tagging.ReportCreation(ctx, tagging.ReportInput{Scope: q.scope})
		if err != nil {
			yield(nil, err)
			return
		}
		yield(q.row(map[string]any{
			"Status": orNull(report.Status), "S3Location": orNull(report.S3Location),
			"StartDate": orNull(report.StartDate), "ErrorMessage": orNull(report.ErrorMessage),
		}), nil)
	}
}
