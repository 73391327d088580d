package emulator

import (
	"net/http"

	"skyql/internal/resource"
)

// organizationsInput has the members of the inputs of all operations of AWS
// Organizations.
type organizationsInput struct {
	AccountID  string `json:"AccountId"`
	MaxResults *int
	NextToken  *string
}

type accountsReply struct {
	Accounts  []accountReply
	NextToken string `json:",omitempty"`
}

type describeAccountReply struct{ Account accountReply }

// accountReply is an account as the API has it. State is to take the place of
// Status.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
type accountReply struct {
	ID              string `json:"Id"`
	ARN             string `json:"Arn"`
	Email           string
	Name            string
	Status          string
	State           string
	JoinedMethod    string
	JoinedTimestamp seconds
}

type describeOrganizationReply struct{ Organization organizationReply }

type organizationReply struct {
	ID                   string `json:"Id"`
	ARN                  string `json:"Arn"`
	FeatureSet           string
	MasterAccountARN     string `json:"MasterAccountArn"`
	MasterAccountID      string `json:"MasterAccountId"`
	MasterAccountEmail   string
	AvailablePolicyTypes []struct{}
}

type invalidInputReply struct {
	failureDocument
	Reason string
}

func invalidInput(reason, message string) reply {
	return answer(http.StatusBadRequest, invalidInputReply{failureDocument{"InvalidInputException", message}, reason})
}

// organizationID is that of the only organization.
const organizationID = "o-emulator01"

// organizationARN names something of the organization, which belongs to the
// management account.
func organizationARN(region resource.Region, management, name string) string {
	return arn(resource.Scope{Account: management, Region: region}, organizationsService, name)
}

func accountDocument(region resource.Region, a account) accountReply {
	management := organization{}.at(0).number
	return accountReply{
		ID: a.number, ARN: organizationARN(region, management, "account/"+organizationID+"/"+a.number), Email: a.email, Name: a.name,
		Status: "ACTIVE", State: "ACTIVE", JoinedMethod: a.method, JoinedTimestamp: seconds{a.joined},
	}
}

func organizationDocument(region resource.Region, management account) organizationReply {
	return organizationReply{
		ID: organizationID, ARN: organizationARN(region, management.number, "organization/"+organizationID), FeatureSet: "ALL",
		MasterAccountARN: accountDocument(region, management).ARN, MasterAccountID: management.number,
		MasterAccountEmail: management.email, AvailablePolicyTypes: []struct{}{},
	}
}
