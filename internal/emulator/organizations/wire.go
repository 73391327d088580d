package organizations

import (
	"net/http"

	"skyql/internal/emulator/identity"
	"skyql/internal/emulator/protocol"
	"skyql/internal/resource"
)

// Input has the members of the inputs of all operations of AWS
// Organizations.
type Input struct {
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
	JoinedTimestamp protocol.Seconds
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
	protocol.FailureDocument
	Reason string
}

func invalidInput(reason, message string) protocol.Reply {
	return protocol.Answer(http.StatusBadRequest, invalidInputReply{protocol.FailureDocument{Type: "InvalidInputException", Message: message}, reason})
}

// organizationID is that of the only organization.
const organizationID = "o-emulator01"

// organizationARN names something of the organization, which belongs to the
// management account.
func organizationARN(region resource.Region, management, name string) string {
	return identity.ARN(resource.Scope{Account: management, Region: region}, Service, name)
}

func accountDocument(region resource.Region, a identity.Account) accountReply {
	management := identity.Organization{}.At(0).Number
	return accountReply{
		ID: a.Number, ARN: organizationARN(region, management, "account/"+organizationID+"/"+a.Number), Email: a.Email, Name: a.Name,
		Status: "ACTIVE", State: "ACTIVE", JoinedMethod: a.Method, JoinedTimestamp: protocol.Seconds{Time: a.Joined},
	}
}

func organizationDocument(region resource.Region, management identity.Account) organizationReply {
	return organizationReply{
		ID: organizationID, ARN: organizationARN(region, management.Number, "organization/"+organizationID), FeatureSet: "ALL",
		MasterAccountARN: accountDocument(region, management).ARN, MasterAccountID: management.Number,
		MasterAccountEmail: management.Email, AvailablePolicyTypes: []struct{}{},
	}
}
