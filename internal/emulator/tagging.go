package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"skyql/internal/emulator/opname"
	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/settings"
	"skyql/internal/resource"
	"skyql/internal/tagging"
)

const (
	taggingPrefix  = "ResourceGroupsTaggingAPI_20170126."
	taggingService = "tagging" // in credential scopes
)

// taggingOperation carries out one operation of the tagging API.
type taggingOperation func(ctx context.Context, c tagging.Client, scope resource.Scope, in taggingInput) (any, error)

// taggingOperations are those of the service's model, but for ListRequiredTags.
//
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_Operations.html
var taggingOperations = map[string]taggingOperation{
	tagging.GetResources:           taggedResources,
	tagging.GetTagKeys:             tagKeys,
	tagging.GetTagValues:           tagValues,
	tagging.TagResources:           tagResources,
	tagging.UntagResources:         untagResources,
	tagging.GetComplianceSummary:   complianceSummary,
	tagging.DescribeReportCreation: describeReportCreation,
	tagging.StartReportCreation:    startReportCreation,
}

// serveTagging answers a call of the tagging API, in the awsJson1.1 protocol.
//
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
func (s *Server) serveTagging(r *http.Request, body []byte) protocol.Reply {
	out := s.answerTagging(r, body)
	out.ContentType = protocol.JSON11
	return out
}

func (s *Server) answerTagging(r *http.Request, body []byte) protocol.Reply {
	name := opname.TaggingPrefix + strings.TrimPrefix(r.Header.Get("X-Amz-Target"), taggingPrefix)
	run, known := taggingOperations[name]
	if r.Method != http.MethodPost || r.URL.Path != "/" || !known {
		return protocol.Failure(http.StatusBadRequest, "UnknownOperationException", "")
	}
	caller, refused := s.authority.Authenticate(r, body, taggingService)
	if refused != nil {
		return refuse(refused, "")
	}
	switch s.admit(r.Context(), name, caller.Scope).refusal {
	case settings.FaultThrottle:
		return protocol.Failure(http.StatusBadRequest, "ThrottledException", "Rate exceeded")
	case settings.FaultError:
		return protocol.Failure(http.StatusInternalServerError, "InternalServiceException", "Internal error")
	case settings.FaultUnavailable:
		return protocol.Failure(http.StatusServiceUnavailable, "ServiceUnavailableException", "Service unavailable")
	case settings.FaultCut:
		return protocol.Reply{}
	}
	var in taggingInput
	if len(body) > 0 {
		if err := json.Unmarshal(body, &in); err != nil {
			return protocol.Failure(http.StatusBadRequest, "SerializationException", malformed(err))
		}
	}
	document, err := run(r.Context(), s.store, caller.Scope, in)
	if err != nil {
		return taggingFailure(err)
	}
	return protocol.Answer(http.StatusOK, document)
}

// taggingExceptions names the errors that the store gives. The others are faults
// of the service.
var taggingExceptions = map[resource.Code]string{
	resource.Validation:             "InvalidParameterException",
	resource.ConcurrentModification: "ConcurrentModificationException",
	tagging.TokenExpired:            "PaginationTokenExpiredException",
	tagging.ConstraintViolation:     "ConstraintViolationException",
}

func taggingFailure(err error) protocol.Reply {
	message := err.Error()
	var refusal *resource.Error
	if errors.As(err, &refusal) {
		message = refusal.Message
	}
	if name, ok := taggingExceptions[resource.CodeOf(err)]; ok {
		return protocol.Failure(http.StatusBadRequest, name, message)
	}
	return protocol.Failure(http.StatusInternalServerError, "InternalServiceException", message)
}

func taggedResources(ctx context.Context, c tagging.Client, scope resource.Scope, in taggingInput) (any, error) {
	page, err := c.TaggedResources(ctx, tagging.ResourcesInput{
		Scope: scope, Filters: in.TagFilters, Types: in.ResourceTypeFilters, ARNs: in.ResourceARNList,
		ResourcesPerPage: in.ResourcesPerPage, TagsPerPage: in.TagsPerPage, PaginationToken: in.PaginationToken,
		IncludeCompliance: in.IncludeComplianceDetails, ExcludeCompliant: in.ExcludeCompliantResources,
	})
	out := resourcesReply{PaginationToken: page.PaginationToken, Mappings: make([]mappingReply, len(page.Resources))}
	for i, found := range page.Resources {
		out.Mappings[i] = mappingDocument(found)
	}
	return out, err
}

func tagKeys(ctx context.Context, c tagging.Client, scope resource.Scope, in taggingInput) (any, error) {
	page, err := c.TagKeys(ctx, tagging.KeysInput{Scope: scope, PaginationToken: in.PaginationToken})
	return keysReply{page.PaginationToken, present(page.Keys)}, err
}

func tagValues(ctx context.Context, c tagging.Client, scope resource.Scope, in taggingInput) (any, error) {
	page, err := c.TagValues(ctx, tagging.ValuesInput{Scope: scope, Key: in.Key, PaginationToken: in.PaginationToken})
	return valuesReply{page.PaginationToken, present(page.Values)}, err
}

func tagResources(ctx context.Context, c tagging.Client, scope resource.Scope, in taggingInput) (any, error) {
	failures, err := c.TagResources(ctx, tagging.TagInput{Scope: scope, ARNs: in.ResourceARNList, Tags: in.Tags})
	return failuresDocument(failures), err
}

func untagResources(ctx context.Context, c tagging.Client, scope resource.Scope, in taggingInput) (any, error) {
	failures, err := c.UntagResources(ctx, tagging.UntagInput{Scope: scope, ARNs: in.ResourceARNList, Keys: in.TagKeys})
	return failuresDocument(failures), err
}

func complianceSummary(ctx context.Context, c tagging.Client, scope resource.Scope, in taggingInput) (any, error) {
	page, err := c.ComplianceSummary(ctx, tagging.SummaryInput{
		Scope: scope, Targets: in.TargetIDFilters, Regions: in.RegionFilters, Types: in.ResourceTypeFilters,
		Keys: in.TagKeyFilters, GroupBy: in.GroupBy, MaxResults: in.MaxResults, PaginationToken: in.PaginationToken,
	})
	return summaryDocument(page), err
}

func describeReportCreation(
	ctx context.Context, c tagging.Client, scope resource.Scope, _ taggingInput,
) (any, error) {
	report, err := c.ReportCreation(ctx, tagging.ReportInput{Scope: scope})
	return reportReply(report), err
}

func startReportCreation(ctx context.Context, c tagging.Client, scope resource.Scope, in taggingInput) (any, error) {
	return struct{}{}, c.StartReportCreation(ctx, tagging.StartReportInput{Scope: scope, Bucket: in.S3Bucket})
}
