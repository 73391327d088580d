package emulator

import (
	"skyql/internal/tagging"
)

// taggingInput has the members of the inputs of all operations of the tagging
// API; no two mean different things by the same name.
type taggingInput struct {
	TagFilters                []tagging.Filter
	ResourceTypeFilters       []string
	ResourceARNList           []string
	ResourcesPerPage          int
	TagsPerPage               int
	PaginationToken           string
	IncludeComplianceDetails  bool
	ExcludeCompliantResources bool

	Key     string
	Tags    map[string]string
	TagKeys []string

	TargetIDFilters []string `json:"TargetIdFilters"`
	RegionFilters   []string
	TagKeyFilters   []string
	GroupBy         []string
	MaxResults      int
	S3Bucket        string
}

// The service gives PaginationToken also when it is empty.

type resourcesReply struct {
	PaginationToken string
	Mappings        []mappingReply `json:"ResourceTagMappingList"`
}

type mappingReply struct {
	ResourceARN       string
	Tags              []tagging.Tag
	ComplianceDetails *complianceReply `json:",omitempty"`
}

type complianceReply struct {
	ComplianceStatus           bool
	KeysWithNoncompliantValues []string
	MissingTagKeys             []string
	NoncompliantKeys           []string
}

func mappingDocument(found tagging.Resource) mappingReply {
	out := mappingReply{ResourceARN: found.ARN, Tags: found.Tags}
	if c := found.Compliance; c != nil {
		out.ComplianceDetails = &complianceReply{
			c.Compliant, present(c.KeysWithNoncompliantValues), present(c.MissingTagKeys), present(c.NoncompliantKeys),
		}
	}
	return out
}

type keysReply struct {
	PaginationToken string
	TagKeys         []string
}

type valuesReply struct {
	PaginationToken string
	TagValues       []string
}

type failuresReply struct {
	FailedResourcesMap map[string]failureReply
}

type failureReply struct {
	StatusCode   int
	ErrorCode    string
	ErrorMessage string
}

func failuresDocument(failures tagging.Failures) failuresReply {
	out := failuresReply{map[string]failureReply{}}
	for arn, failed := range failures {
		out.FailedResourcesMap[arn] = failureReply{failed.StatusCode, failed.Code, failed.Message}
	}
	return out
}

type summariesReply struct {
	PaginationToken string
	SummaryList     []summaryReply
}

type summaryReply struct {
	LastUpdated           string `json:",omitempty"`
	TargetID              string `json:"TargetId,omitempty"`
	TargetIDType          string `json:"TargetIdType,omitempty"`
	Region                string `json:",omitempty"`
	ResourceType          string `json:",omitempty"`
	NonCompliantResources int64
}

func summaryDocument(page tagging.SummaryPage) summariesReply {
	out := summariesReply{PaginationToken: page.PaginationToken, SummaryList: []summaryReply{}}
	for _, s := range page.Summaries {
		out.SummaryList = append(out.SummaryList, summaryReply{
			s.LastUpdated, s.TargetID, s.TargetType, s.Region, s.Type, s.NonCompliant,
		})
	}
	return out
}

type reportReply struct {
	Status       string
	S3Location   string `json:",omitempty"`
	StartDate    string `json:",omitempty"`
	ErrorMessage string `json:",omitempty"`
}

// present makes a list one that is written as [] when it is empty.
func present(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
