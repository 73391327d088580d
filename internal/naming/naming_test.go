package naming_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/naming"
	"skyql/internal/resource"
)

func TestTables(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, want string }{
		{"AWS::S3::Bucket", "buckets"},
		{"AWS::IAM::Policy", "policies"},
		{"AWS::Kendra::Index", "indices"},
		{"AWS::KMS::Alias", "aliases"},
		{"AWS::EC2::DHCPOptions", "dhcp_options"},
		{"AWS::Glue::Schema", "schemata"},
		{"AWS::QuickSight::Analysis", "analyses"},
		{"AWS::SSM::PatchBox", "patch_boxes"},
		{"AWS::Glue::SchemaVersionMetadata", "schema_version_metadata"},
		{"AWS::X::AutoshiftObserverNotificationStatus", "autoshift_observer_notification_statuses"},
		{"AWS::AppSync::GraphQLApi", "graphql_apis graph_ql_apis"},
		{"AWS::DataSync::LocationFSxONTAP", "location_fsx_ontaps locationf_sx_ontaps location_f_sx_ontaps"},
		{"AWS::EC2::EC2Fleet", "ec2_fleets ec2fleets"},
		{"AWS::WAFv2::WebACLAssociation", "web_acl_associations webacl_associations"},
		{"AWS::BedrockAgentCore::OAuth2CredentialProvider",
			"oauth2_credential_providers o_auth2credential_providers o_auth2_credential_providers"},
	} {
		if got := strings.Join(naming.Tables(resource.TypeName(test.name)), " "); got != test.want {
			t.Errorf("%s: want %s, have %s", test.name, test.want, got)
		}
	}
}

func TestColumns(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ service, property, want string }{
		{"cognito", "CallbackURLs", "callback_urls callback_ur_ls"},
		{"cognito", "AllowedOAuthFlows", "allowed_oauth_flows allowed_o_auth_flows"},
		{"ec2", "EC2InstanceType", "ec2_instance_type e_c2_instance_type"},
		{"ec2", "IPv6Addresses", "ipv6_addresses i_pv6_addresses"},
		{"ec2", "TunnelInsideIpVersion", "tunnel_inside_ip_version"},
		{"glue", "Schema", "schema _schema"},
		{"resourcegroups", "Group", "group group_id _group"},
		{"iam", "Group", "group _group"},
		{"wisdom", "AIAgentId", "ai_agent_id a_iagent_id"},
		{"sso", "IdCConfiguration", "idc_configuration id_cconfiguration id_c_configuration"},
		{"iam", "OpenIdConnectProviderARNs", "open_id_connect_provider_arns open_id_connect_provider_ar_ns"},
		{"x", "Default", "default _default"},
		{"s3", "BucketName", "bucket_name"},
	} {
		if got := strings.Join(naming.Columns(test.service, test.property), " "); got != test.want {
			t.Errorf("%s: want %s, have %s", test.property, test.want, got)
		}
	}
}

var snakeCase = regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)*$`)

func FuzzColumns(f *testing.F) {
	for _, name := range []string{"BucketName", "URLs", "OAuth", "IPv4", "ABCdEFGs", "A", "aB", "X2Y"} {
		f.Add(name)
	}
	letters := regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)
	f.Fuzz(func(t *testing.T, property string) {
		names := naming.Columns("service", property)
		if again := naming.Columns("service", property); !slices.Equal(names, again) {
			t.Errorf("%q: %v and then %v", property, names, again)
		}
		if !letters.MatchString(property) {
			return
		}
		if !snakeCase.MatchString(names[0]) {
			t.Errorf("%q: canonical name %q is not snake case", property, names[0])
		}
		if bare := strings.ReplaceAll(names[0], "_", ""); bare != strings.ToLower(property) {
			t.Errorf("%q: canonical name %q has other letters", property, names[0])
		}
	})
}

func FuzzTables(f *testing.F) {
	f.Add("AWS::S3::Bucket")
	f.Add("AWS::EC2::DHCPOptions")
	f.Fuzz(func(t *testing.T, name string) {
		typeName, err := resource.ParseTypeName(name)
		if err != nil {
			return
		}
		for _, table := range naming.Tables(typeName) {
			if table == "" || table != strings.ToLower(table) {
				t.Errorf("%s: table name %q", name, table)
			}
		}
		if diff := cmp.Diff(naming.Tables(typeName), naming.Tables(typeName)); diff != "" {
			t.Error(diff)
		}
	})
}
