package docgen_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/catalog"
	"skyql/internal/docgen"
	"skyql/internal/resource"
)

// schemas makes a catalog of types that are given as the rest of their schema.
func schemas(t *testing.T, types map[string]string) *catalog.Catalog {
	t.Helper()
	folder := t.TempDir()
	for name, rest := range types {
		source := `{"typeName": "` + name + `", "additionalProperties": false, ` + rest + `}`
		file := strings.ReplaceAll(name, "::", "-") + ".json"
		if err := os.WriteFile(filepath.Join(folder, file), []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "catalog.zip")
	if _, err := catalog.Pull(t.Context(), catalog.PullOptions{From: folder, Path: path, Now: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
	opened, err := catalog.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	return opened
}

const dock = `"properties": {"DockId": {"type": "string"}, "Name": {"type": "string"}}, "primaryIdentifier": ["/properties/DockId"],
	"readOnlyProperties": ["/properties/DockId"],
	"handlers": {"create": {"permissions": ["harbor:C"]}, "read": {"permissions": ["harbor:R"]}, "delete": {"permissions": ["harbor:D"]},
		"list": {"permissions": ["harbor:L"]}}`

const crane = `"properties": {"DockId": {"type": "string"}, "CraneId": {"type": "string"}, "Kind": {"type": "string", "enum": ["a", "b"]}, "Password": {"type": "string"}},
	"required": ["DockId"], "primaryIdentifier": ["/properties/DockId", "/properties/CraneId"],
	"readOnlyProperties": ["/properties/CraneId"], "createOnlyProperties": ["/properties/DockId"], "writeOnlyProperties": ["/properties/Password"],
	"handlers": {"list": {"permissions": ["harbor:LC"], "handlerSchema": {"properties": {"DockId": {"$ref": "resource-schema.json#/properties/DockId"}}, "required": ["DockId"]}},
		"create": {"permissions": ["harbor:z", "harbor:A"]}, "read": {"permissions": ["harbor:RC"]}, "update": {"permissions": ["harbor:U"]}, "delete": {"permissions": []}}`

func page(t *testing.T, types *catalog.Catalog, name resource.TypeName) *docgen.Page {
	t.Helper()
	p, err := docgen.New(types).Page(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParentsAndChildren(t *testing.T) {
	t.Parallel()
	types := schemas(t, map[string]string{"AWS::Harbor::Dock": dock, "AWS::Harbor::Crane": crane})
	above, below := page(t, types, "AWS::Harbor::Dock"), page(t, types, "AWS::Harbor::Crane")
	child := docgen.Related{Type: "AWS::Harbor::Crane", FullName: "awscc.harbor.cranes", Service: "harbor", Table: "cranes"}
	if diff := cmp.Diff([]docgen.Related{child}, above.Children); diff != "" {
		t.Errorf("children: -want +have\n%s", diff)
	}
	if len(below.Parents) != 1 || below.Parents[0].FullName != "awscc.harbor.docks" || below.Parents[0].Source != "dock_id" {
		t.Errorf("parents: %+v", below.Parents)
	}
	list := below.Methods[2]
	if diff := cmp.Diff([]string{"dock_id", "region"}, list.Required); diff != "" || list.Verb != "SELECT" {
		t.Errorf("%s: -want +have\n%s", list.Name, diff)
	}
	join := exampleSQL(t, below, "select", "join")
	if !strings.Contains(join, "FROM awscc.harbor.docks AS parent\nJOIN awscc.harbor.cranes AS child\n"+
		"  ON child.region = parent.region AND child.dock_id = parent.dock_id\n") {
		t.Errorf("join:\n%s", join)
	}
}

func TestWhatIsMissingIsTold(t *testing.T) {
	t.Parallel()
	types := schemas(t, map[string]string{
		"AWS::Harbor::Dock": dock, "AWS::Harbor::Crane": crane,
		"AWS::Harbor::Ghost": `"properties": {"Id": {"type": "string"}}, "primaryIdentifier": ["/properties/Id"], "handlers": {}`,
	})
	told := func(name resource.TypeName) map[string]int {
		missing := map[string]int{}
		for _, g := range page(t, types, name).Groups {
			missing[g.ID] = len(g.Missing)
			if len(g.Examples)+len(g.Missing) == 0 {
				t.Errorf("%s: nothing of %s", name, g.ID)
			}
		}
		return missing
	}
	for name, want := range map[resource.TypeName]map[string]int{
		"AWS::Harbor::Dock":  {"select": 1, "insert": 0, "update": 1, "delete": 0},
		"AWS::Harbor::Crane": {"select": 0, "insert": 0, "update": 0, "delete": 1},
		"AWS::Harbor::Ghost": {"select": 2, "insert": 1, "update": 1, "delete": 1},
	} {
		if diff := cmp.Diff(want, told(name)); diff != "" {
			t.Errorf("%s: -want +have\n%s", name, diff)
		}
	}
	ghost := page(t, types, "AWS::Harbor::Ghost")
	if ghost.Stack.Missing == "" || ghost.Stack.Manifest != "" || len(ghost.Methods) != 0 || ghost.ListTable != "" {
		t.Errorf("ghost: %+v", ghost.Stack)
	}
}

func TestSecretsAreNeverShown(t *testing.T) {
	t.Parallel()
	types := schemas(t, map[string]string{"AWS::Harbor::Dock": dock, "AWS::Harbor::Crane": crane})
	p := page(t, types, "AWS::Harbor::Crane")
	all := p.Groups[1].Examples[1]
	if len(all.Variables) != 1 || all.Variables[0].Name != "password" || all.Variables[0].Try == "" {
		t.Fatalf("variables: %+v", all.Variables)
	}
	secret := all.Variables[0].Try
	for _, g := range p.Groups {
		for _, e := range g.Examples {
			if strings.Contains(e.SQL, secret) {
				t.Errorf("%s %s shows the secret", g.ID, e.ID)
			}
		}
	}
	if strings.Contains(p.Stack.Manifest+p.Stack.Query, secret) {
		t.Error("the stack shows the secret")
	}
	if !strings.Contains(all.SQL, "'{{ password }}'") ||
		!strings.Contains(exampleSQL(t, p, "update", "patch"), `"value": {{ password | tojson }}}`) ||
		!strings.Contains(p.Stack.Manifest, "  - name: given_password\n    value: '{{ PASSWORD }}'\n") {
		t.Errorf("%s\n%s", all.SQL, p.Stack.Manifest)
	}
}

func TestPermissionsKeepTheirOrderAndPoliciesAreSorted(t *testing.T) {
	t.Parallel()
	types := schemas(t, map[string]string{"AWS::Harbor::Dock": dock, "AWS::Harbor::Crane": crane})
	p := page(t, types, "AWS::Harbor::Crane")
	var handlers []string
	for _, permission := range p.Permissions {
		handlers = append(handlers, string(permission.Handler))
	}
	if diff := cmp.Diff([]string{"list", "create", "read", "update"}, handlers); diff != "" {
		t.Errorf("-want +have\n%s", diff)
	}
	var policy struct {
		Version   string
		Statement []struct {
			Effect, Resource string
			Action           []string
		}
	}
	if err := json.Unmarshal([]byte(p.Permissions[1].Policy), &policy); err != nil {
		t.Fatal(err)
	}
	want := []string{"cloudformation:CreateResource", "cloudformation:GetResourceRequestStatus", "harbor:A", "harbor:z"}
	if policy.Version != "2012-10-17" || len(policy.Statement) != 1 || policy.Statement[0].Effect != "Allow" || policy.Statement[0].Resource != "*" {
		t.Errorf("policy: %+v", policy)
	} else if diff := cmp.Diff(want, policy.Statement[0].Action); diff != "" {
		t.Errorf("-want +have\n%s", diff)
	}
	if diff := cmp.Diff([]string{"harbor:z", "harbor:A"}, p.Permissions[1].Actions); diff != "" {
		t.Errorf("-want +have\n%s", diff)
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	library := docgen.New(catalog.Starter())
	for name, want := range map[string]resource.TypeName{
		"awscc.cognito.user_pool_clients": "AWS::Cognito::UserPoolClient", "AWSCC.Cognito.User_Pool_Clients": "AWS::Cognito::UserPoolClient",
		"cognito.user_pool_clients_list_only": "AWS::Cognito::UserPoolClient", "AWS::S3::Bucket": "AWS::S3::Bucket",
	} {
		if have, err := library.Lookup(name); err != nil || have != want {
			t.Errorf("%s: want %s, have %s, %v", name, want, have, err)
		}
	}
	for name, want := range map[string]string{
		"awscc.cognito.user_pool_client": "did you mean awscc.cognito.user_pool_clients?", "buckets": "is not a table", "a.b.c": "is not a table",
		"AWS::S3::Buckets": "did you mean", "AWS::S3": "is not a table", "": "is not a table",
	} {
		_, err := library.Lookup(name)
		var unknown *catalog.UnknownError
		if err == nil || !strings.Contains(err.Error(), want) || errors.As(err, &unknown) != strings.Contains(want, "did you mean") {
			t.Errorf("%s: want %q, have %v", name, want, err)
		}
	}
	if _, err := library.Page("AWS::No::Such"); err == nil {
		t.Error("a page of a type that there is not")
	}
}

func TestListsThatTakeOneThingOrAnother(t *testing.T) {
	t.Parallel()
	rest := strings.Replace(crane, `#/properties/DockId"}}, "required": ["DockId"]}}`,
		`#/properties/DockId"}, "Kind": {"$ref": "resource-schema.json#/properties/Kind"}}, "oneOf": [{"required": ["DockId"]}, {"required": ["Kind"]}]}}`, 1)
	p := page(t, schemas(t, map[string]string{"AWS::Harbor::Dock": dock, "AWS::Harbor::Crane": rest}), "AWS::Harbor::Crane")
	for _, m := range p.Methods {
		if m.Name == "list_resources" && m.RequiredText() != "dock_id, region or kind, region" {
			t.Errorf("have %s", m.RequiredText())
		}
	}
}
