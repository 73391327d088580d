package generate

import (
	"encoding/json"
	"slices"
	"strings"

	"skyql/internal/schema"
)

// Endings of property names, in lower case.
var (
	// moments are points in time.
	moments = []string{"time", "date", "timestamp", "createdat", "updatedat", "modifiedat", "createdon", "timeseconds"}
	// accounts are numbers of accounts.
	accounts = []string{"accountid", "ownerid", "registryid", "owneraccount", "catalogid", "owner"}
	// policies are documents that allow something.
	policies = []string{"policydocument", "resourcepolicy", "keypolicy", "accesspolicy", "accesspolicies"}
	// silent properties are only there when something went wrong.
	silent = []string{"statusdescription", "reason", "reasons", "message", "errors", "errorinfo", "error", "failurecode"}
	// kinds are words that nobody can guess.
	kinds = []string{"type", "mode", "class", "tier"}
)

// familiar says what properties with everyday names hold. The first line with
// a fitting ending that the schema accepts is taken.
var familiar = []struct{ endings, templates []string }{
	{moments, []string{"{time}"}},
	{[]string{"path"}, []string{"/"}},
	{[]string{"displayname", "friendlyname", "label"}, []string{"{name}"}},
	{[]string{"zipfile"}, []string{"def handler(event, context): return event"}},
	{[]string{"availabilityzone", "availabilityzonename"}, []string{"{region}a"}},
	{[]string{"availabilityzoneid"}, []string{"use1-az1"}},
	{[]string{"region", "regionname"}, []string{"{region}"}},
	{accounts, []string{"{account}"}},
	{[]string{"ipv6cidrblock", "ipv6cidr"}, []string{"2001:db8:{octet2}:{octet1}::/64"}},
	{[]string{"cidrblock", "cidr", "cidrip"}, []string{"10.{octet2}.{octet1}.0/24", "10.{octet3}.{octet2}.{octet1}/32"}},
	{[]string{"ipaddress", "privateip", "publicip", "ipv4"}, []string{"10.{octet3}.{octet2}.{octet1}"}},
	{[]string{"email", "emailaddress"}, []string{"{name}@example.com"}},
	{[]string{"phonenumber"}, []string{"+1555{digits7}"}},
	{[]string{"bucket", "bucketname"}, []string{"bucket-{n}"}},
	{[]string{"principal"}, []string{"{account}"}},
	{[]string{"instancetype"}, []string{"t3.micro"}},
	{[]string{"instanceclass"}, []string{"db.t3.micro"}},
	{[]string{"runtime"}, []string{"python3.13"}},
	{[]string{"handler"}, []string{"index.handler"}},
	{[]string{"timezone"}, []string{"UTC"}},
	{[]string{"locale", "language", "languagecode"}, []string{"en-US", "en_US"}},
	{[]string{"currency", "currencycode"}, []string{"USD"}},
	{[]string{"protocol", "ipprotocol"}, []string{"tcp", "https", "HTTPS"}},
	{[]string{"scheduleexpression"}, []string{"rate(1 day)"}},
	{[]string{"password", "secret", "token"}, []string{"{mixed24}"}},
	{[]string{"attributetype"}, []string{"S"}},
	{[]string{"keytype"}, []string{"HASH"}},
	{policies, []string{`{"Version":"2012-10-17","Statement":[]}`}},
	{[]string{"domainname", "hostname", "fqdn"}, []string{"{name}.example.com"}},
}

// answered says what the service fills in, beyond what is familiar.
var answered = []struct{ endings, templates []string }{
	{[]string{"status", "state"}, []string{"ACTIVE", "Active", "active", "available"}},
	{[]string{"uuid", "guid"}, []string{"{uuid}"}},
	{[]string{"createdby", "updatedby", "modifiedby"}, []string{"arn:{partition}:iam::{account}:root", "{account}"}},
	{[]string{"port"}, []string{"443"}},
	{[]string{"progress"}, []string{"100"}},
	{[]string{"etag", "hash", "fingerprint", "checksum", "md5"}, []string{"{hex32}"}},
	{[]string{"version", "versionnumber", "revision", "latest"}, []string{"1", "1.0.0"}},
	{[]string{"websiteurl", "url", "uri"}, []string{"https://{name}.{region}.{suffix}/"}},
	{[]string{"endpoint", "endpoints"}, []string{"{name}-{lower12}.{region}.{suffix}", "https://{name}-{lower12}.{region}.{suffix}"}},
	{[]string{"dnsname", "domainname", "domain", "address"}, []string{"{name}-{lower12}.{region}.{suffix}"}},
	{[]string{"hostedzoneid"}, []string{"Z{upper20}"}},
}

// known gives templates for the place by what it is called.
func known(at place, reading bool) []string {
	tables := familiar
	if reading {
		tables = slices.Concat(familiar, answered)
	}
	var all []string
	for _, line := range tables {
		if at.endsWith(line.endings...) {
			all = append(all, line.templates...)
		}
	}
	if at.inTags() {
		switch at.name {
		case "Key":
			all = append(all, "Name")
		case "Value":
			all = append(all, "{name}")
		}
	}
	return all
}

// inTags reports whether the place is in the tags of the resource.
func (p place) inTags() bool { return len(p.path) > 0 && strings.HasSuffix(p.path[0], "Tags") }

// counted says what numbers with everyday names are, where the schema allows it.
var counted = []struct {
	endings []string
	value   float64
}{
	{[]string{"port"}, 443},
	{[]string{"memorysize", "memory"}, 128},
	{[]string{"timeout", "timeoutseconds", "timeoutinseconds", "periodseconds"}, 60},
	{[]string{"maxsessionduration", "duration", "ttl"}, 3600},
	{[]string{"size", "allocatedstorage", "volumesize"}, 20},
	{[]string{"retentionindays", "retentionperiod", "retention"}, 7},
}

// document gives a policy where a free-form object is called one.
func (p *planner) document(n *schema.Node, at place) maker {
	if p.reading || len(n.Properties) > 0 || !(at.name == "Policy" || at.endsWith(policies...)) {
		return nil
	}
	statement := `{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`
	if at.endsWith("assumerolepolicydocument") {
		statement = `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}`
	}
	made, err := constant(json.RawMessage(`{"Version":"2012-10-17","Statement":[` + statement + `]}`))
	if err != nil || !p.judge.accepts(n, made(nil)) {
		return nil
	}
	return made
}
