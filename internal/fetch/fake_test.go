package fetch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/fetch"
	"skyql/internal/pushdown"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/table"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is an API with resources in memory. Lists tell the parts of the
// identifier, reads the whole model. Set it up before the first call.
type world struct {
	pageSize int           // default 100
	latency  time.Duration // of each call
	// onList and onGet, if set, come first; they answer if handled is true.
	onList func(ctx context.Context, in cloudcontrol.ListInput) (page cloudcontrol.Page, handled bool, err error)
	onGet  func(ctx context.Context, in cloudcontrol.GetInput) (found cloudcontrol.Description, handled bool, err error)

	resources map[string][]cloudcontrol.Description // by type and region

	mu       sync.Mutex // guards all below
	calls    []string
	inFlight map[string]int // by operation
	most     map[string]int // in flight at a time
}

var _ cloudcontrol.Reader = (*world)(nil)

func newWorld() *world {
	return &world{
		pageSize: 100, resources: map[string][]cloudcontrol.Description{},
		inFlight: map[string]int{}, most: map[string]int{},
	}
}

// put adds a resource; its properties are JSON with single quotes.
func (w *world) put(region resource.Region, name resource.TypeName, properties string, more ...any) {
	properties = fmt.Sprintf(strings.ReplaceAll(properties, `'`, `"`), more...)
	var model map[string]any
	if err := json.Unmarshal([]byte(properties), &model); err != nil {
		panic(fmt.Sprintf("%s: %v", properties, err))
	}
	parts := []string{}
	for _, part := range types[name].IdentifierNames() {
		parts = append(parts, fmt.Sprint(model[part]))
	}
	key := string(name) + " " + string(region)
	w.resources[key] = append(w.resources[key], cloudcontrol.Description{
		Identifier: resource.JoinIdentifier(parts...), Properties: json.RawMessage(properties),
	})
}

// enter notes a call that begins, and waits. leave notes its end.
func (w *world) enter(ctx context.Context, operation, about string) error {
	w.mu.Lock()
	w.calls = append(w.calls, operation+" "+about)
	w.inFlight[operation]++
	w.most[operation] = max(w.most[operation], w.inFlight[operation])
	w.mu.Unlock()
	if w.latency > 0 {
		timer := time.NewTimer(w.latency)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

func (w *world) leave(operation string) {
	w.mu.Lock()
	w.inFlight[operation]--
	w.mu.Unlock()
}

// List gives a page of those resources that have all values of the model.
func (w *world) List(ctx context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	about := in.Type.Thing() + " " + string(in.Scope.Region)
	if in.ResourceModel != nil {
		about += " " + string(in.ResourceModel)
	}
	defer w.leave("list")
	if err := w.enter(ctx, "list", about); err != nil {
		return cloudcontrol.Page{}, err
	}
	if w.onList != nil {
		if page, handled, err := w.onList(ctx, in); handled {
			return page, err
		}
	}
	var wanted map[string]any
	if in.ResourceModel != nil {
		if err := json.Unmarshal(in.ResourceModel, &wanted); err != nil {
			return cloudcontrol.Page{}, refusal(in, "%v", err)
		}
	}
	for _, required := range types[in.Type].Handlers[schema.List].Input.Required {
		if wanted[required] == nil {
			return cloudcontrol.Page{}, refusal(in, "#: required key [%s] not found", required)
		}
	}
	return w.page(in, wanted), nil
}

func (w *world) page(in cloudcontrol.ListInput, wanted map[string]any) cloudcontrol.Page {
	var found []cloudcontrol.Description
	for _, have := range w.resources[string(in.Type)+" "+string(in.Scope.Region)] {
		var model map[string]any
		_ = json.Unmarshal(have.Properties, &model) // put has checked it
		fits := true
		for name, value := range wanted {
			fits = fits && fmt.Sprint(model[name]) == fmt.Sprint(value)
		}
		if fits {
			listed := map[string]any{}
			for _, part := range types[in.Type].IdentifierNames() {
				listed[part] = model[part]
			}
			properties, _ := json.Marshal(listed)
			found = append(found, cloudcontrol.Description{Identifier: have.Identifier, Properties: properties})
		}
	}
	start, _ := strconv.Atoi(in.NextToken)
	end := min(start+w.pageSize, len(found))
	page := cloudcontrol.Page{Resources: found[start:end]}
	if end < len(found) {
		page.NextToken = strconv.Itoa(end)
	}
	return page
}

// Get reads a resource.
func (w *world) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	defer w.leave("get")
	if err := w.enter(ctx, "get", in.Type.Thing()+" "+string(in.Scope.Region)+" "+in.Identifier); err != nil {
		return cloudcontrol.Description{}, err
	}
	if w.onGet != nil {
		if found, handled, err := w.onGet(ctx, in); handled {
			return found, err
		}
	}
	for _, have := range w.resources[string(in.Type)+" "+string(in.Scope.Region)] {
		if have.Identifier == in.Identifier {
			return have, nil
		}
	}
	return cloudcontrol.Description{}, failure("GetResource", in.Call, resource.NotFound)
}

func failure(operation string, call cloudcontrol.Call, code resource.Code) *resource.Error {
	return &resource.Error{Operation: operation, Type: call.Type, Scope: call.Scope, Code: code, Message: "as the test wants"}
}

func refusal(in cloudcontrol.ListInput, format string, args ...any) error {
	err := failure("ListResources", in.Call, resource.InvalidRequest)
	err.Message = fmt.Sprintf("Missing or invalid ResourceModel property in %s list handler request input."+
		"Required property:  (%s)", in.Type, fmt.Sprintf(format, args...))
	return err
}

// newCalls gives the calls since it was asked last, sorted, as they come from
// many goroutines.
func (w *world) newCalls() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	calls := slices.Sorted(slices.Values(w.calls))
	w.calls = nil
	return calls
}

// The resource types of the tests, in short: properties, those of the
// identifier marked with *, and behind "<" what the list handler demands.
var types = map[resource.TypeName]*schema.ResourceType{}

var parents = map[resource.TypeName]map[string]catalog.Parent{}

func init() {
	for _, line := range []string{
		`Thing *Id Name Size`,
		`Parent *ParentId Name Groups`,
		`Child *ParentId *ChildId Name < ParentId`,
		`Grandchild *ParentId *ChildId *Id Name < ParentId ChildId`,
		`Grouped *Group *Id Name < Group`,
		`Organization *OrgId RootId`,
		`Unit *UnitId ParentId Name < ParentId`,
		`Scoped *Id Scope < Scope`,
		`Owned *Id Owner < Owner`,
		`Asked *Id Question < Question`,
		`Pair *Left *Right Name < Left Right`,
		`Choosy *Id ByName ByArn < ByName | ByArn`,
		`Strange *Id ParentId Name`,
		`Odd *Id ParentId ChildId < ParentId`,
		`AWS::IAM::Role *RoleName Arn`,
		`AWS::CloudFront::Distribution *Id Comment`,
	} {
		define(line)
	}
	below := func(input string, parent resource.TypeName, property string) catalog.Parent {
		return catalog.Parent{Input: input, Origin: catalog.FromParent, Type: parent, Property: property}
	}
	recursive := below("ParentId", "AWS::Test::Organization", "RootId")
	recursive.Recurse = "UnitId"
	partial := below("Question", "AWS::Test::Parent", "ParentId")
	partial.Partial = "AWS::Test::Other"
	parents = map[resource.TypeName]map[string]catalog.Parent{
		"AWS::Test::Child": {"ParentId": below("ParentId", "AWS::Test::Parent", "ParentId")},
		"AWS::Test::Grandchild": {
			"ParentId": below("ParentId", "AWS::Test::Parent", "ParentId"),
			"ChildId":  below("ChildId", "AWS::Test::Child", "ChildId"),
		},
		"AWS::Test::Grouped": {"Group": below("Group", "AWS::Test::Parent", "Groups")},
		"AWS::Test::Unit":    {"ParentId": recursive},
		"AWS::Test::Scoped":  {"Scope": {Input: "Scope", Origin: catalog.FromEnum, Values: []string{"BIG", "SMALL"}}},
		"AWS::Test::Owned":   {"Owner": {Input: "Owner", Origin: catalog.FromAccount}},
		"AWS::Test::Pair": {
			"Left":  below("Left", "AWS::Test::Parent", "ParentId"),
			"Right": below("Right", "AWS::Test::Parent", "ParentId"),
		},
		"AWS::Test::Choosy":  {"ByName": below("ByName", "AWS::Test::Parent", "Name"), "ByArn": below("ByArn", "AWS::Test::Parent", "ParentId")},
		"AWS::Test::Strange": {"ParentId": below("ParentId", "AWS::Test::Parent", "ParentId")},
		"AWS::Test::Odd": {
			"ParentId": below("ParentId", "AWS::Test::Parent", "ParentId"),
			"ChildId":  below("ChildId", "AWS::Test::Child", "ChildId"),
		},
		"AWS::Test::Partial": {"Question": partial},
	}
	define(`Partial *Id Question < Question`)
}

// typeNamed gives a type of the tests by its short name, or by its whole one.
func typeNamed(name string) resource.TypeName {
	if strings.Contains(name, "::") {
		return resource.TypeName(name)
	}
	return resource.TypeName("AWS::Test::" + name)
}

func define(line string) {
	shape, input, demands := strings.Cut(line, " < ")
	fields := strings.Fields(shape)
	properties, identifier := map[string]any{}, []string{}
	for _, field := range fields[1:] {
		name := strings.TrimPrefix(field, "*")
		properties[name] = map[string]any{"type": map[string]string{"Size": "integer", "Groups": "array"}[name]}
		if properties[name].(map[string]any)["type"] == "" {
			properties[name] = map[string]any{"type": "string"}
		}
		if name != field {
			identifier = append(identifier, "/properties/"+name)
		}
	}
	list := map[string]any{"permissions": []string{"test:List"}}
	if demands {
		handler := map[string]any{}
		if sets := strings.Split(input, " | "); len(sets) > 1 {
			var choices []any
			for _, set := range sets {
				choices = append(choices, map[string]any{"required": strings.Fields(set)})
			}
			handler["oneOf"] = choices
		} else {
			handler["required"] = strings.Fields(input)
		}
		list["handlerSchema"] = handler
	}
	name := typeNamed(fields[0])
	text, err := json.Marshal(map[string]any{
		"typeName": name, "properties": properties, "primaryIdentifier": identifier,
		"handlers": map[string]any{"read": map[string]any{"permissions": []string{"test:Get"}}, "list": list},
	})
	if err != nil {
		panic(err)
	}
	parsed, err := schema.Parse(text)
	if err != nil {
		panic(err)
	}
	types[parsed.Name] = parsed
}

// testTypes gives the types above.
type testTypes struct{}

func (testTypes) Type(name resource.TypeName) (*schema.ResourceType, error) {
	if t, ok := types[name]; ok {
		return t, nil
	}
	return nil, fmt.Errorf("no type %s", name)
}

func (testTypes) Parents(t *schema.ResourceType, inputs []string) []catalog.Parent {
	found := make([]catalog.Parent, len(inputs))
	for i, input := range inputs {
		found[i] = catalog.Parent{Input: input}
		if parent, ok := parents[t.Name][input]; ok {
			found[i] = parent
		}
	}
	return found
}

// accounts answers the same account everywhere.
type accounts struct{}

func (accounts) Account(context.Context, resource.Region) (string, error) { return "123456789012", nil }

var oneRegion = []resource.Region{"us-east-1"}

func (w *world) fetcher(opts fetch.Options, regions ...resource.Region) *fetch.Fetcher {
	if regions == nil {
		regions = oneRegion
	}
	return fetch.New(w, testTypes{}, accounts{}, regions, opts)
}

// scanOf makes a scan of a type: columns, and values by column ("Id=a,b").
func scanOf(thing string, columns string, where ...string) pushdown.Scan {
	t := table.New(types[typeNamed(thing)])
	column := func(name string) int {
		i, ok := t.Lookup(name)
		if !ok {
			if i, ok = t.Property(name); !ok {
				panic("no column " + name)
			}
		}
		return i
	}
	query := pushdown.Query{}
	for _, name := range strings.Fields(columns) {
		query.Used = append(query.Used, column(name))
	}
	var values [][]any
	for i, condition := range where {
		name, list, _ := strings.Cut(condition, "=")
		query.Constraints = append(query.Constraints, pushdown.Constraint{
			Column: column(name), Op: pushdown.Equal, Usable: true, Exact: true, Many: true,
		})
		query.Used = append(query.Used, column(name))
		values = append(values, nil)
		for _, value := range strings.Split(list, ",") {
			values[i] = append(values[i], value)
		}
	}
	plan, err := pushdown.Choose(t, query)
	if err != nil {
		panic(err)
	}
	inOrder := make([][]any, len(plan.Arguments))
	for i, argument := range plan.Arguments {
		inOrder[i] = values[argument.Constraint]
	}
	scan, err := plan.Bind(t, inOrder)
	if err != nil {
		panic(err)
	}
	return scan
}

// take reads n rows from a stream, or all if n is negative, and closes it.
func take(t testing.TB, stream *fetch.Stream, n int) ([]*table.Row, error) {
	t.Helper()
	defer stream.Close()
	var rows []*table.Row
	for n < 0 || len(rows) < n {
		row, err := stream.Next()
		if row == nil || err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// identifiers names rows, with the region if there are several.
func identifiers(rows []*table.Row) []string {
	names, regions := []string{}, map[resource.Region]bool{}
	for _, row := range rows {
		regions[row.Scope.Region] = true
	}
	for _, row := range rows {
		name := row.Identifier
		if len(regions) > 1 {
			name = string(row.Scope.Region) + " " + name
		}
		names = append(names, name)
	}
	return names
}

// sorted is for rows whose order is nobody's business.
func sorted(names []string) []string {
	slices.Sort(names)
	return names
}

func problems(f *fetch.Fetcher) []string {
	texts := []string{}
	for _, problem := range f.Problems() {
		texts = append(texts, fmt.Sprintf("%s %s %s: %v", problem.Table, problem.Scope.Region, problem.Identifier, problem.Err))
	}
	slices.Sort(texts)
	return texts
}
