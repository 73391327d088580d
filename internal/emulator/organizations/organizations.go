package organizations

import (
	"net/http"
	"strings"

	"skyql/internal/emulator/identity"
	"skyql/internal/emulator/opname"
	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/store"
)

// Service is what the API is called in credential scopes and ARNs.
const Service = "organizations"

// Operation carries out one operation of AWS Organizations.
type Operation func(a *identity.Authority, caller identity.Caller, in Input) protocol.Reply

// Operations are those that tell which accounts there are.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
var Operations = map[string]Operation{
	opname.ListAccounts: listAccounts, opname.DescribeAccount: describeAccount,
	opname.DescribeOrganization: describeOrganization,
}

// isMember refuses callers from outside of the organization.
func isMember(a *identity.Authority, caller identity.Caller) (refused protocol.Reply, ok bool) {
	if !a.Organization.Has(caller.Scope.Account) {
		return protocol.Failure(http.StatusBadRequest, "AWSOrganizationsNotInUseException", "Your account is not a member of an organization."), false
	}
	return protocol.Reply{}, true
}

// isManagement also refuses, as AWS does, members that ask for other accounts.
// None of them is a delegated administrator.
func isManagement(a *identity.Authority, caller identity.Caller) (refused protocol.Reply, ok bool) {
	if refused, ok := isMember(a, caller); !ok {
		return refused, false
	}
	if caller.Scope.Account != store.DefaultAccount {
		return protocol.Failure(http.StatusBadRequest, "AccessDeniedException", "You don't have permissions to access this resource."), false
	}
	return protocol.Reply{}, true
}

const accountsInPage = 20

// listAccounts gives a page of the organization's accounts.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
func listAccounts(a *identity.Authority, caller identity.Caller, in Input) protocol.Reply {
	if refused, ok := isManagement(a, caller); !ok {
		return refused
	}
	limit := accountsInPage
	if in.MaxResults != nil {
		limit = *in.MaxResults
	}
	switch {
	case limit < 1:
		return invalidInput("MIN_VALUE_EXCEEDED", "You specified a value for MaxResults that is less than 1.")
	case limit > accountsInPage:
		return invalidInput("MAX_VALUE_EXCEEDED", "You specified a value for MaxResults that is greater than 20.")
	}
	begin := 0
	if in.NextToken != nil {
		place, ok := a.PlaceOf(*in.NextToken)
		if !ok {
			return invalidInput("INVALID_PAGINATION_TOKEN", "You provided a NextToken that is not from the response to a previous call.")
		}
		begin = place
	}
	end := min(begin+limit, a.Organization.Size)
	out := accountsReply{Accounts: []accountReply{}}
	for place := begin; place < end; place++ {
		out.Accounts = append(out.Accounts, accountDocument(caller.Scope.Region, a.Organization.At(place)))
	}
	if end < a.Organization.Size {
		out.NextToken = a.PageToken(end)
	}
	return protocol.Answer(http.StatusOK, out)
}

// describeAccount tells of one account.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html
func describeAccount(a *identity.Authority, caller identity.Caller, in Input) protocol.Reply {
	if refused, ok := isManagement(a, caller); !ok {
		return refused
	}
	if len(in.AccountID) != 12 || strings.Trim(in.AccountID, "0123456789") != "" {
		return invalidInput("INVALID_PATTERN", "You provided a value for AccountId that does not match the pattern ^\\d{12}$.")
	}
	place, ok := a.Organization.Place(in.AccountID)
	if !ok {
		return protocol.Failure(http.StatusBadRequest, "AccountNotFoundException", "You specified an account that doesn't exist.")
	}
	return protocol.Answer(http.StatusOK, describeAccountReply{accountDocument(caller.Scope.Region, a.Organization.At(place))})
}

// describeOrganization tells of the organization, to members as well.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
func describeOrganization(a *identity.Authority, caller identity.Caller, _ Input) protocol.Reply {
	if refused, ok := isMember(a, caller); !ok {
		return refused
	}
	return protocol.Answer(http.StatusOK, describeOrganizationReply{organizationDocument(caller.Scope.Region, a.Organization.At(0))})
}
