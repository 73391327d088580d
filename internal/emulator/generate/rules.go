package generate

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"

	"skyql/internal/resource"
)

// rulesText says what each service calls its resources; its head explains it.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
//
//go:embed rules.txt
var rulesText string

// rule holds the templates of one type: for the identifier that the service
// gives, for its ARN, and for other read-only properties. Any may be missing.
// Types without a rule are named by their patterns, or else in a general way.
type rule struct {
	name resource.TypeName
	id   string
	arn  string
	more map[string]string
}

type ruleIndex struct {
	byType  map[resource.TypeName]*rule
	byThing map[string][]*rule // third part of the type, in lower case
}

var rules = sync.OnceValue(func() ruleIndex {
	all := ruleIndex{map[resource.TypeName]*rule{}, map[string][]*rule{}}
	for line := range strings.Lines(rulesText) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name == "" || name == "#" {
			continue
		}
		property, template, _ := strings.Cut(strings.TrimSpace(rest), " ")
		all.add(resource.TypeName(name), property, strings.TrimSpace(template))
	}
	return all
})

func (all ruleIndex) add(name resource.TypeName, property, template string) {
	r := all.byType[name]
	if r == nil {
		r = &rule{name: name, more: map[string]string{}}
		all.byType[name] = r
		thing := strings.ToLower(name.Thing())
		all.byThing[thing] = append(all.byThing[thing], r)
	}
	switch property {
	case "id":
		r.id = template
	case "arn":
		r.arn = "arn:{partition}:" + template
	default:
		r.more[property] = template
	}
}

// of gives the rule of a type, an empty one if the table has none.
func (all ruleIndex) of(name resource.TypeName) *rule {
	if r := all.byType[name]; r != nil {
		return r
	}
	return &rule{name: name}
}

// shared lists the types that other services' resources refer to.
var shared = []resource.TypeName{
	"AWS::CertificateManager::Certificate", "AWS::Cognito::IdentityPool", "AWS::Cognito::UserPool",
	"AWS::Cognito::UserPoolClient", "AWS::DynamoDB::Table", "AWS::EC2::EIP", "AWS::EC2::Instance",
	"AWS::EC2::InternetGateway", "AWS::EC2::LaunchTemplate", "AWS::EC2::NatGateway", "AWS::EC2::NetworkInterface",
	"AWS::EC2::PrefixList", "AWS::EC2::RouteTable", "AWS::EC2::SecurityGroup", "AWS::EC2::Snapshot", "AWS::EC2::Subnet",
	"AWS::EC2::TransitGateway", "AWS::EC2::TransitGatewayAttachment", "AWS::EC2::VPC", "AWS::EC2::VPCEndpoint",
	"AWS::EC2::Volume", "AWS::ECR::Repository", "AWS::ECS::Cluster", "AWS::ECS::TaskDefinition", "AWS::EFS::FileSystem",
	"AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::TargetGroup", "AWS::IAM::InstanceProfile",
	"AWS::IAM::ManagedPolicy", "AWS::IAM::Role", "AWS::KMS::Key", "AWS::Kinesis::Stream",
	"AWS::KinesisFirehose::DeliveryStream", "AWS::Lambda::Function", "AWS::Logs::LogGroup", "AWS::Route53::HostedZone",
	"AWS::S3::Bucket", "AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::SecretsManager::Secret",
	"AWS::StepFunctions::StateMachine",
}

// referred gives the rule of the type that a property of the service points
// to, as SourceSubnetId points to AWS::EC2::Subnet, or nil. The longest name
// wins, then the service's own type.
func (all ruleIndex) referred(property, service string) *rule {
	base := strings.ToLower(property)
	for _, ending := range []string{"identifier", "arn", "id"} {
		base = strings.TrimSuffix(base, ending)
	}
	for start := range base {
		candidates := all.byThing[base[start:]]
		for _, r := range candidates {
			if r.name.Service() == service {
				return r
			}
		}
		for _, r := range candidates {
			if slices.Contains(shared, r.name) {
				return r
			}
		}
	}
	return nil
}

var propertyPlaceholder = regexp.MustCompile(`\{[A-Z][A-Za-z]*(\|[^}]*)?\}`)

// elsewhere rewrites a template of this rule for use in another type's
// resource, whose properties are not the ones that the template means.
func (r *rule) elsewhere(template string) string {
	template = strings.ReplaceAll(template, "{id}", r.id)
	return propertyPlaceholder.ReplaceAllStringFunc(template, func(placeholder string) string {
		if _, fallback, ok := strings.Cut(strings.Trim(placeholder, "{}"), "|"); ok {
			return fallback
		}
		return kebab(r.name.Thing()) + "-{lower8}"
	})
}

// global lists the services whose ARNs name no region.
var global = []string{
	"iam", "route53", "cloudfront", "organizations", "globalaccelerator", "budgets", "ce", "health",
	"networkmanager", "shield", "account", "artifact", "sso", "support", "waf", "billing",
}
