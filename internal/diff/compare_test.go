package diff

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/jsonpatch"
	"skyql/internal/schema"
)

func text(tb testing.TB, patch jsonpatch.Patch) string {
	tb.Helper()
	document, err := patch.Encode()
	if err != nil {
		tb.Fatal(err)
	}
	return string(document)
}

type example struct{ current, wanted, want string }

// run compares each example and applies what comes out, to see that it can be.
func run(t *testing.T, source string, stated bool, tests map[string]example) {
	t.Helper()
	resourceType := parse(t, source)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			current := object(t, test.current)
			result, err := Compare(Input{Type: resourceType, Current: current, Wanted: object(t, test.wanted), Stated: stated})
			if err != nil {
				t.Fatal(err)
			}
			have := text(t, result.Patch)
			if diff := cmp.Diff(test.want, have); diff != "" {
				t.Errorf("(-want +have)\n%s", diff)
			}
			if (len(result.Changes) == 0) != (len(result.Patch) == 0) {
				t.Errorf("%d changes and %d operations", len(result.Changes), len(result.Patch))
			}
			if _, err := jsonpatch.Apply(current, []byte(have)); err != nil {
				t.Errorf("the patch does not apply: %v", err)
			}
			if diff := cmp.Diff(object(t, test.current), current); diff != "" {
				t.Errorf("the current model was changed (-want +have)\n%s", diff)
			}
		})
	}
}

func TestComparePlain(t *testing.T) {
	t.Parallel()
	run(t, thing, false, map[string]example{
		"nothing wanted":               {`{"Name":"n"}`, `{}`, `[]`},
		"the same":                     {`{"Size":1,"Level":"high"}`, `{"Size":1,"Level":"high"}`, `[]`},
		"number with a fraction":       {`{"Size":1}`, `{"Size":1.0}`, `[]`},
		"number with an exponent":      {`{"Size":100}`, `{"Size":1e2}`, `[]`},
		"large numbers stay exact":     {`{"Size":9007199254740993}`, `{"Size":9007199254740992}`, `[{"op":"replace","path":"/Size","value":9007199254740992}]`},
		"exponent beyond reason":       {`{"Size":1e999999999}`, `{"Size":10e999999998}`, `[]`},
		"zeros":                        {`{"Size":0}`, `{"Size":-0.00e7}`, `[]`},
		"new value":                    {`{"Size":1}`, `{"Size":2}`, `[{"op":"replace","path":"/Size","value":2}]`},
		"new property":                 {`{}`, `{"Size":2}`, `[{"op":"add","path":"/Size","value":2}]`},
		"property removed":             {`{"Size":2,"Level":"high"}`, `{"Level":null}`, `[{"op":"remove","path":"/Level"}]`},
		"removed though it is gone":    {`{"Size":2}`, `{"Level":null}`, `[]`},
		"removed but it is null":       {`{"Size":null}`, `{"Size":null}`, `[]`},
		"value for null":               {`{"Size":null}`, `{"Size":3}`, `[{"op":"replace","path":"/Size","value":3}]`},
		"free property removed":        {`{"Free":1}`, `{"Free":null}`, `[{"op":"remove","path":"/Free"}]`},
		"unknown property":             {`{"Odd":{"a":1}}`, `{"Odd":{"a":2}}`, `[{"op":"replace","path":"/Odd/a","value":2}]`},
		"in the order of the schema":   {`{}`, `{"Level":"x","Size":1,"Body":"b"}`, `[{"op":"add","path":"/Size","value":1},{"op":"add","path":"/Level","value":"x"},{"op":"add","path":"/Body","value":"b"}]`},
		"text for a number":            {`{"Ratio":30}`, `{"Ratio":"30"}`, `[]`},
		"number for a text":            {`{"Ratio":"30"}`, `{"Ratio":30.0}`, `[]`},
		"text that is no number":       {`{"Ratio":7}`, `{"Ratio":"007"}`, `[{"op":"replace","path":"/Ratio","value":"007"}]`},
		"text for a truth value":       {`{"Flag":true}`, `{"Flag":"true"}`, `[]`},
		"another truth value":          {`{"Flag":true}`, `{"Flag":"false"}`, `[{"op":"replace","path":"/Flag","value":"false"}]`},
		"truth value is no number":     {`{"Flag":true}`, `{"Flag":1}`, `[{"op":"replace","path":"/Flag","value":1}]`},
		"text where it is not allowed": {`{"Size":30}`, `{"Size":"30"}`, `[{"op":"replace","path":"/Size","value":"30"}]`},
		"unicode":                      {`{"Body":"a"}`, `{"Body":"häh ☃ <&>"}`, `[{"op":"replace","path":"/Body","value":"häh ☃ <&>"}]`},
		"unicode written in escapes":   {`{"Body":"\u2603"}`, `{"Body":"☃"}`, `[]`},
	})
}

func TestCompareObjects(t *testing.T) {
	t.Parallel()
	run(t, thing, false, map[string]example{
		"default left out":          {`{"Retention":{"Days":30,"Lock":true}}`, `{"Retention":{"Lock":true}}`, `[]`},
		"all defaults left out":     {`{"Retention":{"Days":30.0,"Lock":false}}`, `{"Retention":{}}`, `[]`},
		"no default left out":       {`{"Retention":{"Days":31,"Lock":true}}`, `{"Retention":{"Lock":true}}`, `[{"op":"remove","path":"/Retention/Days"}]`},
		"default stated":            {`{"Retention":{"Lock":true}}`, `{"Retention":{"Lock":true,"Days":30}}`, `[{"op":"add","path":"/Retention/Days","value":30}]`},
		"default removed":           {`{"Level":"low"}`, `{"Level":null}`, `[]`},
		"default of null removed":   {`{"Hint":"h"}`, `{"Hint":null}`, `[{"op":"remove","path":"/Hint"}]`},
		"null for a key":            {`{"Retention":{"Days":7,"Lock":true}}`, `{"Retention":{"Days":null,"Lock":true}}`, `[{"op":"remove","path":"/Retention/Days"}]`},
		"null where null is free":   {`{"Free":{"a":1,"b":{"c":[1,2,3],"d":"long enough"}}}`, `{"Free":{"a":null,"b":{"c":[1,2,3],"d":"long enough"}}}`, `[{"op":"replace","path":"/Free/a","value":null}]`},
		"null in a new object":      {`{}`, `{"Retention":{"Days":null,"Lock":true}}`, `[{"op":"add","path":"/Retention","value":{"Lock":true}}]`},
		"empty object is added":     {`{}`, `{"Retention":{}}`, `[{"op":"add","path":"/Retention","value":{}}]`},
		"empty object stays":        {`{"Retention":{}}`, `{"Retention":{}}`, `[]`},
		"emptied object":            {`{"Labels":{"a":"1","b":"2"}}`, `{"Labels":{}}`, `[{"op":"replace","path":"/Labels","value":{}}]`},
		"slash and tilde":           {`{"Labels":{"a/b":"1","c~d":"1","~1":"1","e":"something rather long"}}`, `{"Labels":{"a/b":"2","c~d":"1","e":"something rather long"}}`, `[{"op":"replace","path":"/Labels/a~1b","value":"2"},{"op":"remove","path":"/Labels/~01"}]`},
		"whole object is shorter":   {`{"Labels":{"a":"1","b":"1","c":"1"}}`, `{"Labels":{"a":"2","b":"2","c":"2"}}`, `[{"op":"replace","path":"/Labels","value":{"a":"2","b":"2","c":"2"}}]`},
		"key without letters":       {`{"Labels":{"":"1","b":"a rather long text, so that it is not shorter"}}`, `{"Labels":{"":"2","b":"a rather long text, so that it is not shorter"}}`, `[{"op":"replace","path":"/Labels","value":{"":"2","b":"a rather long text, so that it is not shorter"}}]`},
		"sets in a map":             {`{"Sets":{"x":["a","b"]}}`, `{"Sets":{"x":["b","a"]}}`, `[]`},
		"deep in a recursive type":  {`{"Tree":{"Left":{"Left":{"Set":[1,2,3]}}}}`, `{"Tree":{"Left":{"Left":{"Set":[3,1,2.0]}}}}`, `[]`},
		"deep change":               {`{"Tree":{"Set":[1,2,3,4,5,6,7],"Left":{"Left":{"Set":[1]}}}}`, `{"Tree":{"Set":[7,6,5,4,3,2,1],"Left":{"Left":{"Set":[1,2]}}}}`, `[{"op":"add","path":"/Tree/Left/Left/Set/-","value":2}]`},
		"sets of trees":             {`{"Tree":{"All":[{"Set":[1,2]},{"Set":[3]}]}}`, `{"Tree":{"All":[{"Set":[3]},{"Set":[2,1]}]}}`, `[]`},
		"policy as text":            {`{"Policy":{"Version":"1","Ports":[80]}}`, `{"Policy":" {\"Ports\": [80.0], \"Version\": \"1\"} "}`, `[]`},
		"policy as text in reads":   {`{"Policy":"{\"a\":[1, 2]}"}`, `{"Policy":{"a":[1,2]}}`, `[]`},
		"two texts of one policy":   {`{"Policy":"{\"a\":1,\"b\":2}"}`, `{"Policy":"{\"b\":2,\"a\":1}"}`, `[]`},
		"another policy as text":    {`{"Policy":{"a":1}}`, `{"Policy":"{\"a\":2}"}`, `[{"op":"replace","path":"/Policy","value":"{\"a\":2}"}]`},
		"text that is no JSON":      {`{"Policy":{"a":1}}`, `{"Policy":"{"}`, `[{"op":"replace","path":"/Policy","value":"{"}]`},
		"JSON where text is text":   {`{"Body":"{\"a\":1}"}`, `{"Body":"{ \"a\":1}"}`, `[{"op":"replace","path":"/Body","value":"{ \"a\":1}"}]`},
		"alternatives of the type":  {`{"Choice":{"a":1}}`, `{"Choice":"{\"a\":1}"}`, `[]`},
		"conditionally create-only": {`{"Mode":"a"}`, `{"Mode":"b"}`, `[{"op":"replace","path":"/Mode","value":"b"}]`},
	})
}

func TestCompareArrays(t *testing.T) {
	t.Parallel()
	const a, b, c, d = `{"Key":"a","Value":"1"}`, `{"Key":"b","Value":"2"}`, `{"Key":"c"}`, `{"Key":"d"}`
	run(t, thing, false, map[string]example{
		"set in another order":        {`{"Tags":[` + a + `,` + b + `]}`, `{"Tags":[` + b + `,` + a + `]}`, `[]`},
		"set with one more":           {`{"Tags":[` + a + `,` + b + `]}`, `{"Tags":[` + c + `,` + b + `,` + a + `]}`, `[{"op":"add","path":"/Tags/-","value":{"Key":"c"}}]`},
		"set with one less":           {`{"Tags":[` + a + `,` + b + `]}`, `{"Tags":[` + b + `]}`, `[{"op":"replace","path":"/Tags","value":[` + b + `]}]`},
		"set with one other":          {`{"Tags":[` + a + `,` + b + `]}`, `{"Tags":[` + c + `,` + a + `]}`, `[{"op":"replace","path":"/Tags","value":[{"Key":"c"},` + a + `]}]`},
		"set whose whole is shorter":  {`{"Tags":[` + c + `]}`, `{"Tags":[` + c + `,` + d + `,{"Key":"e"}]}`, `[{"op":"replace","path":"/Tags","value":[{"Key":"c"},{"Key":"d"},{"Key":"e"}]}]`},
		"set with twins":              {`{"Tree":{"Set":[1,1,2]}}`, `{"Tree":{"Set":[1,2,2]}}`, `[{"op":"replace","path":"/Tree/Set","value":[1,2,2]}]`},
		"emptied set":                 {`{"Tags":[` + a + `]}`, `{"Tags":[]}`, `[{"op":"replace","path":"/Tags","value":[]}]`},
		"list in another order":       {`{"Zones":["a","b"]}`, `{"Zones":["b","a"]}`, `[{"op":"replace","path":"/Zones","value":["b","a"]}]`},
		"list grows at the end":       {`{"Zones":["zone-number-one","zone-number-two","zone-number-three"]}`, `{"Zones":["zone-number-one","zone-number-two","zone-number-three","x"]}`, `[{"op":"add","path":"/Zones/3","value":"x"}]`},
		"list grows inside":           {`{"Zones":["zone-number-one","zone-number-two","zone-number-three"]}`, `{"Zones":["zone-number-one","x","zone-number-two","zone-number-three"]}`, `[{"op":"add","path":"/Zones/1","value":"x"}]`},
		"list shrinks":                {`{"Zones":["zone-number-one-of-a-long-list","a","b","zone-number-two-of-a-long-list"]}`, `{"Zones":["zone-number-one-of-a-long-list","zone-number-two-of-a-long-list"]}`, `[{"op":"remove","path":"/Zones/2"},{"op":"remove","path":"/Zones/1"}]`},
		"one of a list replaced":      {`{"Zones":["zone-number-one","b","zone-number-three"]}`, `{"Zones":["zone-number-one","x","zone-number-three"]}`, `[{"op":"replace","path":"/Zones/1","value":"x"}]`},
		"one replaced, one removed":   {`{"Zones":["zone-number-one-of-a-long-list","a","b","zone-number-two-of-a-long-list"]}`, `{"Zones":["zone-number-one-of-a-long-list","x","zone-number-two-of-a-long-list"]}`, `[{"op":"replace","path":"/Zones/1","value":"x"},{"op":"remove","path":"/Zones/2"}]`},
		"twins in a list":             {`{"Zones":["a","a"]}`, `{"Zones":["a"]}`, `[{"op":"remove","path":"/Zones/1"}]`},
		"inside of a list's objects":  {`{"Steps":[{"Run":"first","Wait":1},{"Run":"second","Wait":1}]}`, `{"Steps":[{"Run":"first","Wait":1},{"Run":"second","Wait":2}]}`, `[{"op":"replace","path":"/Steps/1/Wait","value":2}]`},
		"sets in a list's objects":    {`{"Steps":[{"Tags":["x","y"]}]}`, `{"Steps":[{"Tags":["y","x"]}]}`, `[]`},
		"objects moved in a list":     {`{"Steps":[{"Run":"a"},{"Run":"b"}]}`, `{"Steps":[{"Run":"b"},{"Run":"a"}]}`, `[{"op":"replace","path":"/Steps","value":[{"Run":"b"},{"Run":"a"}]}]`},
		"null in a list":              {`{"Free":[1,null]}`, `{"Free":[1,null,null]}`, `[{"op":"add","path":"/Free/2","value":null}]`},
		"lists without a schema":      {`{"Free":[[1],[2]]}`, `{"Free":[[2],[1]]}`, `[{"op":"replace","path":"/Free","value":[[2],[1]]}]`},
		"list for an object":          {`{"Free":{"0":1}}`, `{"Free":[1]}`, `[{"op":"replace","path":"/Free","value":[1]}]`},
		"one element for two of them": {`{"Tree":{"All":[{"Set":[1]},{"Set":[1]}]}}`, `{"Tree":{"All":[{"Set":[1]}]}}`, `[{"op":"replace","path":"/Tree/All","value":[{"Set":[1]}]}]`},
	})
}

func TestCompareReadOnly(t *testing.T) {
	t.Parallel()
	const disks = `{"Disks":[{"Id":"d1","Size":1},{"Id":"d2","Size":2}]}`
	const nodes = `{"Nodes":[{"Id":"n1","Host":"a"},{"Id":"n2","Host":"b"}]}`
	run(t, thing, false, map[string]example{
		"same value":                  {`{"Arn":"x","Size":1}`, `{"Arn":"x","Size":2}`, `[{"op":"replace","path":"/Size","value":2}]`},
		"no value and none wanted":    {`{"Size":1}`, `{"Arn":null}`, `[]`},
		"left out of an object":       {`{"Login":{"User":"u","LastUsed":"now"}}`, `{"Login":{"User":"v"}}`, `[{"op":"replace","path":"/Login/User","value":"v"}]`},
		"object around it removed":    {`{"Login":{"User":"u","LastUsed":"now"}}`, `{"Login":null}`, `[{"op":"remove","path":"/Login"}]`},
		"never the whole object":      {`{"Login":{"User":"u","LastUsed":"now"}}`, `{"Login":{}}`, `[{"op":"remove","path":"/Login/User"}]`},
		"left out of a set":           {disks, `{"Disks":[{"Size":2},{"Size":1}]}`, `[]`},
		"kept in a set":               {disks, `{"Disks":[{"Id":"d2","Size":2},{"Id":"d1","Size":1}]}`, `[]`},
		"element of a set changed":    {disks, `{"Disks":[{"Id":"d2","Size":3},{"Id":"d1","Size":1}]}`, `[{"op":"replace","path":"/Disks","value":[{"Size":3},{"Size":1}]}]`},
		"element of a set added":      {disks, `{"Disks":[{"Size":1},{"Size":2},{"Size":3}]}`, `[{"op":"replace","path":"/Disks","value":[{"Size":1},{"Size":2},{"Size":3}]}]`},
		"elements of a list":          {nodes, `{"Nodes":[{"Host":"a"},{"Host":"b"}]}`, `[]`},
		"element of a list changed":   {nodes, `{"Nodes":[{"Host":"a"},{"Host":"c"}]}`, `[{"op":"replace","path":"/Nodes","value":[{"Host":"a"},{"Host":"c"}]}]`},
		"elements of a list moved":    {nodes, `{"Nodes":[{"Id":"n2","Host":"b"},{"Id":"n1","Host":"a"}]}`, `[{"op":"replace","path":"/Nodes","value":[{"Host":"b"},{"Host":"a"}]}]`},
		"element of a list taken out": {nodes, `{"Nodes":[{"Id":"n2","Host":"b"}]}`, `[{"op":"replace","path":"/Nodes","value":[{"Host":"b"}]}]`},
	})
}

func TestCompareWriteOnlyAndCreateOnly(t *testing.T) {
	t.Parallel()
	run(t, thing, false, map[string]example{
		"write-only is always sent":          {`{"Name":"n"}`, `{"Secret":"s"}`, `[{"op":"add","path":"/Secret","value":"s"}]`},
		"even if it was read":                {`{"Secret":"s"}`, `{"Secret":"s"}`, `[{"op":"add","path":"/Secret","value":"s"}]`},
		"write-only and none wanted":         {`{"Name":"n"}`, `{"Secret":null}`, `[]`},
		"write-only inside":                  {`{"Login":{"User":"u"}}`, `{"Login":{"User":"u","Password":"p"}}`, `[{"op":"add","path":"/Login/Password","value":"p"}]`},
		"write-only without its parent":      {`{}`, `{"Source":{"Key":"k"}}`, `[{"op":"add","path":"/Source","value":{"Key":"k"}}]`},
		"write-only beside its parent":       {`{"Source":{}}`, `{"Source":{"Key":"k","Token":"t"}}`, `[{"op":"add","path":"/Source/Key","value":"k"},{"op":"add","path":"/Source/Token","value":"t"}]`},
		"write-only left out":                {`{"Login":{"User":"u"}}`, `{"Login":{"User":"v"}}`, `[{"op":"replace","path":"/Login/User","value":"v"}]`},
		"write-only in a set":                {`{"Users":[{"Name":"a"},{"Name":"b"}]}`, `{"Users":[{"Name":"b","Password":"2"},{"Name":"a","Password":"1"}]}`, `[{"op":"replace","path":"/Users","value":[{"Name":"a","Password":"1"},{"Name":"b","Password":"2"}]}]`},
		"set of write-only parts, unchanged": {`{"Users":[{"Name":"a"},{"Name":"b"}]}`, `{"Users":[{"Name":"b"},{"Name":"a"}]}`, `[]`},
		"create-only, the same":              {`{"Name":"n","Size":1}`, `{"Name":"n","Size":2}`, `[{"op":"replace","path":"/Size","value":2}]`},
		"create-only default":                {`{"Name":"n"}`, `{"Engine":"plain"}`, `[]`},
		"create-only default removed":        {`{"Engine":"plain"}`, `{"Engine":null}`, `[]`},
		"create-only inside, left out":       {`{"Shape":{"Kind":"k","Depth":1}}`, `{"Shape":{"Depth":2}}`, `[{"op":"replace","path":"/Shape/Depth","value":2}]`},
		"create-only inside, all left out":   {`{"Shape":{"Kind":"k","Depth":1}}`, `{"Shape":{}}`, `[{"op":"remove","path":"/Shape/Depth"}]`},
		"create-only in a list, kept":        {`{"Volumes":[{"Kind":"k","Size":1}]}`, `{"Volumes":[{"Size":2}]}`, `[{"op":"replace","path":"/Volumes/0/Size","value":2}]`},
		"create-only in a new element":       {`{"Volumes":[{"Kind":"k","Size":100000000000}]}`, `{"Volumes":[{"Kind":"k","Size":100000000000},{"Kind":"l"}]}`, `[{"op":"add","path":"/Volumes/1","value":{"Kind":"l"}}]`},
	})
}

func TestCompareStated(t *testing.T) {
	t.Parallel()
	run(t, thing, true, map[string]example{
		"keys left out stay":      {`{"Retention":{"Days":7,"Lock":true}}`, `{"Retention":{"Days":8}}`, `[{"op":"replace","path":"/Retention/Days","value":8}]`},
		"nothing stated":          {`{"Retention":{"Days":7}}`, `{"Retention":{}}`, `[]`},
		"null removes":            {`{"Retention":{"Days":7,"Lock":true}}`, `{"Retention":{"Days":null}}`, `[{"op":"remove","path":"/Retention/Days"}]`},
		"elements of a list":      {`{"Steps":[{"Run":"a","Wait":1}]}`, `{"Steps":[{"Run":"b"}]}`, `[{"op":"replace","path":"/Steps/0/Run","value":"b"}]`},
		"elements of a set":       {`{"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]}`, `{"Tags":[{"Key":"b"},{"Key":"a"}]}`, `[]`},
		"elements kept in a set":  {`{"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]}`, `{"Tags":[{"Key":"b"}]}`, `[{"op":"replace","path":"/Tags","value":[{"Key":"b","Value":"2"}]}]`},
		"pairs are found anew":    {`{"Tags":[{"Key":"a","Value":"1"},{"Key":"a","Value":"2"}]}`, `{"Tags":[{"Key":"a"},{"Key":"a","Value":"1"}]}`, `[]`},
		"pairs that null takes":   {`{"Tags":[{"Key":"a"},{"Key":"a","Value":"1"}]}`, `{"Tags":[{"Key":"a"},{"Key":"a","Value":null}]}`, `[]`},
		"secrets in kept parts":   {`{"Users":[{"Name":"a"}]}`, `{"Users":[{"Name":"a","Password":"1"}]}`, `[{"op":"replace","path":"/Users","value":[{"Name":"a","Password":"1"}]}]`},
		"list grows, keys stay":   {`{"Steps":[{"Run":"a","Wait":1000000000}]}`, `{"Steps":[{"Run":"b"},{"Run":"a"}]}`, `[{"op":"add","path":"/Steps/0","value":{"Run":"b"}}]`},
		"text is stated in full":  {`{"Policy":{"a":1,"b":2}}`, `{"Policy":"{\"a\":1}"}`, `[{"op":"replace","path":"/Policy","value":"{\"a\":1}"}]`},
		"part of what is no text": {`{"Policy":{"a":1,"b":2}}`, `{"Policy":{"a":1}}`, `[]`},
	})
}

func TestCompareNeeded(t *testing.T) {
	t.Parallel()
	run(t, function, false, map[string]example{
		"all that is needed":      {`{"Timeout":1}`, `{"Timeout":2,"Code":{"Zip":"z"},"Key":"k"}`, `[{"op":"replace","path":"/Timeout","value":2},{"op":"add","path":"/Code","value":{"Zip":"z"}},{"op":"add","path":"/Key","value":"k"}]`},
		"no update, nothing else": {`{"Timeout":1,"Auth":{"User":"u"}}`, `{"Timeout":1}`, `[]`},
		"object removed":          {`{"Auth":{"User":"u"}}`, `{"Auth":null,"Code":{},"Key":"k"}`, `[{"op":"add","path":"/Code","value":{}},{"op":"add","path":"/Key","value":"k"},{"op":"remove","path":"/Auth"}]`},
	})
}

func TestCompareRefuses(t *testing.T) {
	t.Parallel()
	const (
		oneReadOnly = " is read-only and has another value; leave it out"
		needed      = " is required and cannot be read: its value is needed with every update; state it too"
		replacement = " can only be set on creation: the change needs replacement; delete the resource and create it anew"
		unknown     = " can only be set on creation and not be read: it can neither be compared nor changed; leave it out"
	)
	tests := map[string]struct{ schema, current, wanted, want, patch string }{
		"read-only": {thing, `{"Arn":"x"}`, `{"Arn":"y","Size":1}`, "AWS::Example::Thing: Arn" + oneReadOnly, `[{"op":"add","path":"/Size","value":1}]`},
		"several read-only": {
			thing, `{"Arn":"x","Login":{"LastUsed":"a"}}`, `{"Arn":null,"Login":{"LastUsed":"b"}}`,
			"AWS::Example::Thing: Arn, Login/LastUsed are read-only and have other values; leave them out", `[]`,
		},
		"read-only that is not there":    {thing, `{}`, `{"Login":{"User":"u","LastUsed":"b"}}`, "AWS::Example::Thing: Login/LastUsed" + oneReadOnly, `[{"op":"add","path":"/Login","value":{"User":"u"}}]`},
		"read-only in a set":             {thing, `{"Disks":[{"Id":"a","Size":1}]}`, `{"Disks":[{"Id":"b","Size":1}]}`, "AWS::Example::Thing: Disks/0/Id" + oneReadOnly, `[]`},
		"read-only exchanged":            {thing, `{"Disks":[{"Id":"a","Size":1},{"Id":"b","Size":2}]}`, `{"Disks":[{"Id":"b","Size":1},{"Size":2}]}`, "AWS::Example::Thing: Disks/0/Id" + oneReadOnly, `[]`},
		"nothing but read-only, removed": {thing, `{"Endpoint":{"Address":"a","Port":1}}`, `{"Endpoint":null}`, "AWS::Example::Thing: Endpoint" + oneReadOnly, `[]`},
		"create-only":                    {thing, `{"Name":"a"}`, `{"Name":"b","Size":1}`, "AWS::Example::Thing: Name" + replacement, `[{"op":"add","path":"/Size","value":1}]`},
		"create-only removed":            {thing, `{"Name":"a"}`, `{"Name":null}`, "AWS::Example::Thing: Name" + replacement, `[]`},
		"create-only inside":             {thing, `{"Shape":{"Kind":"a","Depth":1}}`, `{"Shape":{"Kind":"b","Depth":2}}`, "AWS::Example::Thing: Shape/Kind" + replacement, `[{"op":"replace","path":"/Shape/Depth","value":2}]`},
		"create-only in a new object":    {thing, `{}`, `{"Shape":{"Kind":"b"}}`, "AWS::Example::Thing: Shape/Kind" + replacement, `[]`},
		"object around create-only":      {thing, `{"Shape":{"Kind":"a"}}`, `{"Shape":null}`, "AWS::Example::Thing: Shape/Kind" + replacement, `[]`},
		"create-only in a list":          {thing, `{"Volumes":[{"Kind":"a"}]}`, `{"Volumes":[{"Kind":"b"}]}`, "AWS::Example::Thing: Volumes/0/Kind" + replacement, `[]`},
		"create-only and write-only":     {thing, `{}`, `{"Master":"m"}`, "AWS::Example::Thing: Master" + unknown, `[]`},
		"both kinds of create-only": {
			thing, `{"Name":"a"}`, `{"Master":"m","Name":"b"}`,
			"AWS::Example::Thing: Name" + replacement + "; Master" + unknown, `[]`,
		},
		"read-only and create-only": {
			thing, `{"Name":"a","Arn":"x"}`, `{"Arn":"y","Name":"b"}`,
			"AWS::Example::Thing: Arn" + oneReadOnly + "\nAWS::Example::Thing: Name" + replacement, `[]`,
		},
		"needed with every update": {
			function, `{"Timeout":1}`, `{"Timeout":2}`,
			"AWS::Example::Function: Code, Key are required and cannot be read: their values are needed with every update; state them too",
			`[{"op":"replace","path":"/Timeout","value":2}]`,
		},
		"needed inside of what stays": {
			function, `{"Timeout":1,"Auth":{"User":"u"}}`, `{"Timeout":2,"Code":{"Zip":"z"},"Key":"k"}`,
			"AWS::Example::Function: Auth/Password" + needed,
			`[{"op":"replace","path":"/Timeout","value":2},{"op":"add","path":"/Code","value":{"Zip":"z"}},{"op":"add","path":"/Key","value":"k"}]`,
		},
		"needed in each element": {
			thing, `{"Size":1,"Users":[{"Name":"a"}]}`, `{"Size":2}`, "AWS::Example::Thing: Users/0/Password" + needed,
			`[{"op":"replace","path":"/Size","value":2}]`,
		},
		"nameless property": {thing, `{}`, `{"":1}`, `AWS::Example::Thing: "" is no property; leave it out`, `[]`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, err := Compare(Input{Type: parse(t, test.schema), Current: object(t, test.current), Wanted: object(t, test.wanted)})
			if err == nil {
				t.Fatalf("no error, but %s", text(t, result.Patch))
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("(-want +have)\n%s", diff)
			}
			if diff := cmp.Diff(test.patch, text(t, result.Patch)); diff != "" {
				t.Errorf("(-want +have)\n%s", diff)
			}
		})
	}
}

func TestErrorsCanBeTold(t *testing.T) {
	t.Parallel()
	_, err := Compare(Input{
		Type: parse(t, function), Current: object(t, `{"Timeout":1,"Name":"a"}`), Stated: true,
		Wanted: object(t, `{"Timeout":2,"Name":"b","Birth":"x","Code":{}}`),
	})
	var replacement *ReplacementError
	if !errors.As(err, &replacement) {
		t.Fatalf("want a *ReplacementError, have %v", err)
	}
	want := &ReplacementError{Type: "AWS::Example::Function", Changed: []schema.Path{{"Name"}}, Unknown: []schema.Path{{"Birth"}}}
	if diff := cmp.Diff(want, replacement); diff != "" {
		t.Errorf("(-want +have)\n%s", diff)
	}
	var needed *WriteOnlyNeededError
	if !errors.As(err, &needed) {
		t.Fatalf("want a *WriteOnlyNeededError, have %v", err)
	}
	if diff := cmp.Diff([]schema.Path{{"Key"}}, needed.Paths); diff != "" {
		t.Errorf("(-want +have)\n%s", diff)
	}
}
