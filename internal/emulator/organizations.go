package emulator

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"strings"

	"skyql/internal/emulator/store"
)

const (
	organizationsPrefix  = "AWSOrganizationsV20161128."
	organizationsService = "organizations"
	// organizationsNames is what operations of the API are called by in
	// statistics and faults.
	organizationsNames = "organizations:"

	listAccounts         = organizationsNames + "ListAccounts"
	describeAccount      = organizationsNames + "DescribeAccount"
	describeOrganization = organizationsNames + "DescribeOrganization"
)

// organizationsOperation carries out one operation of AWS Organizations.
type organizationsOperation func(a *authority, caller credential, in organizationsInput) reply

// organizationsOperations are those that tell which accounts there are.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Operations.html
var organizationsOperations = map[string]organizationsOperation{
	listAccounts: (*authority).listAccounts, describeAccount: (*authority).describeAccount,
	describeOrganization: (*authority).describeOrganization,
}

// serveOrganizations answers a call of AWS Organizations, in the awsJson1.1
// protocol.
func (s *Server) serveOrganizations(r *http.Request, body []byte) reply {
	out := s.answerOrganizations(r, body)
	out.contentType = taggingType
	return out
}

func (s *Server) answerOrganizations(r *http.Request, body []byte) reply {
	name := organizationsNames + strings.TrimPrefix(r.Header.Get("X-Amz-Target"), organizationsPrefix)
	run, known := organizationsOperations[name]
	if r.Method != http.MethodPost || r.URL.Path != "/" || !known {
		return failure(http.StatusBadRequest, "UnknownOperationException", "")
	}
	caller, refused := s.authority.authenticate(r, body, organizationsService)
	if refused != nil {
		return refused.failure("")
	}
	switch s.admit(r.Context(), name, caller.scope).refusal {
	case FaultThrottle:
		return failure(http.StatusBadRequest, "TooManyRequestsException", "Rate exceeded")
	case FaultError:
		return failure(http.StatusInternalServerError, "ServiceException", "Internal error")
	case FaultUnavailable:
		return failure(http.StatusServiceUnavailable, "ServiceUnavailableException", "Service unavailable")
	case FaultCut:
		return reply{}
	}
	var in organizationsInput
	if len(body) > 0 {
		if err := json.Unmarshal(body, &in); err != nil {
			return failure(http.StatusBadRequest, "SerializationException", malformed(err))
		}
	}
	return run(s.authority, caller, in)
}

// isMember refuses callers from outside of the organization.
func (a *authority) isMember(caller credential) (refused reply, ok bool) {
	if !a.organization.has(caller.scope.Account) {
		return failure(http.StatusBadRequest, "AWSOrganizationsNotInUseException", "Your account is not a member of an organization."), false
	}
	return reply{}, true
}

// isManagement also refuses, as AWS does, members that ask for other accounts.
// None of them is a delegated administrator.
func (a *authority) isManagement(caller credential) (refused reply, ok bool) {
	if refused, ok := a.isMember(caller); !ok {
		return refused, false
	}
	if caller.scope.Account != store.DefaultAccount {
		return failure(http.StatusBadRequest, "AccessDeniedException", "You don't have permissions to access this resource."), false
	}
	return reply{}, true
}

const accountsInPage = 20

// listAccounts gives a page of the organization's accounts.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
func (a *authority) listAccounts(caller credential, in organizationsInput) reply {
	if refused, ok := a.isManagement(caller); !ok {
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
		place, ok := a.openPlace(*in.NextToken)
		if !ok {
			return invalidInput("INVALID_PAGINATION_TOKEN", "You provided a NextToken that is not from the response to a previous call.")
		}
		begin = place
	}
	end := min(begin+limit, a.organization.size)
	out := accountsReply{Accounts: []accountReply{}}
	for place := begin; place < end; place++ {
		out.Accounts = append(out.Accounts, accountDocument(caller.scope.Region, a.organization.at(place)))
	}
	if end < a.organization.size {
		out.NextToken = a.sealPlace(end)
	}
	return answer(http.StatusOK, out)
}

// sealPlace makes the token of the page that begins at a place.
func (a *authority) sealPlace(place int) string {
	text := binary.BigEndian.AppendUint16(nil, uint16(place)) // at most MaxAccounts
	return base64.URLEncoding.EncodeToString(append(text, a.sealer.sum("page", text)[:16]...))
}

// openPlace is the inverse. The place may lie behind the last account, if there
// were more when the token was made.
func (a *authority) openPlace(token string) (place int, ok bool) {
	raw, err := base64.URLEncoding.DecodeString(token)
	if err != nil || len(raw) != 18 || !hmac.Equal(raw[2:], a.sealer.sum("page", raw[:2])[:16]) {
		return 0, false
	}
	return min(int(binary.BigEndian.Uint16(raw)), a.organization.size), true
}

// describeAccount tells of one account.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html
func (a *authority) describeAccount(caller credential, in organizationsInput) reply {
	if refused, ok := a.isManagement(caller); !ok {
		return refused
	}
	if len(in.AccountID) != 12 || strings.Trim(in.AccountID, "0123456789") != "" {
		return invalidInput("INVALID_PATTERN", "You provided a value for AccountId that does not match the pattern ^\\d{12}$.")
	}
	place, ok := a.organization.place(in.AccountID)
	if !ok {
		return failure(http.StatusBadRequest, "AccountNotFoundException", "You specified an account that doesn't exist.")
	}
	return answer(http.StatusOK, describeAccountReply{accountDocument(caller.scope.Region, a.organization.at(place))})
}

// describeOrganization tells of the organization, to members as well.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
func (a *authority) describeOrganization(caller credential, _ organizationsInput) reply {
	if refused, ok := a.isMember(caller); !ok {
		return refused
	}
	return answer(http.StatusOK, describeOrganizationReply{organizationDocument(caller.scope.Region, a.organization.at(0))})
}
