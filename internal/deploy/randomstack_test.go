package deploy_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"skyql/internal/resource"
)

// sort is how resources of one type are written in random stacks. In its texts NAME,
// VALUE, NOTE, BELOW and
// BLOCK are filled in.
type sort struct {
	typ      resource.TypeName
	table    string
	insert   string // column and value of what names it, as "A: 'x', B: 'y'"
	property string // that edits change
	values   []string
	id       string // column of the identifier
	where    string // finds it
	note     string // property with what it needs, as Property: value
	holds    string // what else its check asks for
	below    resource.TypeName
}

const hasNote = " AND tags LIKE '%NOTE%'"

const tags = `Tags: '[{"Key":"Name","Value":"NAME"},{"Key":"note","Value":"NOTE"}]'`

var sorts = []sort{
	{typ: logGroup, table: "logs.log_groups", insert: "LogGroupName: 'NAME'", property: "RetentionInDays", values: []string{"1", "3", "5", "7"},
		id: "log_group_name", where: "Identifier = 'NAME'", note: tags, holds: hasNote},
	{typ: "AWS::SQS::Queue", table: "sqs.queues", insert: "QueueName: 'NAME'", property: "DelaySeconds", values: []string{"1", "2", "3", "4"},
		id: "queue_url", where: "queue_name = 'NAME'", note: tags, holds: hasNote},
	{typ: topic, table: "sns.topics", insert: "TopicName: 'NAME'", property: "DisplayName", values: []string{"'some text'", "'it''s'", `'"q" \ é'`, "'12'"},
		id: "topic_arn", where: "topic_name = 'NAME'", note: tags, holds: hasNote},
	{typ: parameter, table: "ssm.parameters", insert: "Name: 'NAME', Type: 'String'", property: "Value", values: []string{"'20'", "'true'", "'{\"a\":[1]}'", "'null'"},
		id: "name", where: "Identifier = 'NAME'", note: "Description: 'NOTE'"},
	{typ: "AWS::EC2::VPC", table: "ec2.vpcs", insert: "CidrBlock: '10.BLOCK.0.0/16'", property: "EnableDnsHostnames", values: []string{"true", "false"},
		id: "vpc_id", where: `tags LIKE '%"NAME"%'`, note: tags, holds: hasNote + " AND cidr_block = '10.BLOCK.0.0/16'"},
	{typ: "AWS::EC2::Subnet", table: "ec2.subnets", insert: "VpcId: 'BELOW', CidrBlock: '10.1.1.0/24'", property: "MapPublicIpOnLaunch",
		values: []string{"true", "false"}, id: "subnet_id", where: `tags LIKE '%"NAME"%'`, note: tags, holds: hasNote + " AND vpc_id = 'BELOW'", below: "AWS::EC2::VPC"},
}

// item is one resource of a random stack.
type item struct {
	sort
	name       string
	value      string // as SQL
	needs      []*item
	parent     *item
	block      int  // of addresses; can only be set on creation
	counts     bool // exists counts instead of naming it
	stateCheck bool
	patches    bool // update by a patch document
	returning  bool
	liveExport bool
}

func randomItems(r *rand.Rand, n int) []*item {
	var all []*item
	for len(all) < n {
		it := &item{
			sort: sorts[r.IntN(len(sorts))], name: fmt.Sprintf("r_%d", len(all)), counts: r.IntN(2) == 0, stateCheck: r.IntN(2) == 0,
			patches: r.IntN(2) == 0, returning: r.IntN(2) == 0, liveExport: r.IntN(2) == 0,
		}
		for _, other := range all {
			if other.typ == it.below && (it.parent == nil || r.IntN(2) == 0) {
				it.parent = other
			}
			if r.IntN(5) == 0 {
				it.needs = append(it.needs, other)
			}
		}
		if it.below != "" && it.parent == nil {
			continue
		}
		it.value = it.values[r.IntN(len(it.values))]
		all = append(all, it)
	}
	return all
}

// edit gives some resources other values, and tells how many.
func edit(r *rand.Rand, items []*item) (changed int) {
	for _, it := range items {
		if value := it.values[r.IntN(len(it.values))]; value != it.value && r.IntN(2) == 0 {
			it.value = value
			changed++
		}
	}
	return changed
}

// move gives some networks other addresses, and tells how many.
func move(r *rand.Rand, items []*item) (moved int) {
	for _, it := range items {
		if strings.Contains(it.insert, "BLOCK") && r.IntN(2) == 0 {
			it.block++
			moved++
		}
	}
	return moved
}

// files gives the stack as a txtar archive.
func files(items []*item) string {
	manifest, resources := &strings.Builder{}, &strings.Builder{}
	manifest.WriteString("-- stackql_manifest.yml --\nname: random\nproviders: [awscc]\nglobals: [{name: region, value: us-east-1}]\nresources:\n")
	for _, it := range items {
		fmt.Fprintf(manifest, "  - {name: %s, exports: [id]}\n", it.name)
		fmt.Fprintf(resources, "-- resources/%s.iql --\n%s", it.name, it.fill(it.iql()))
	}
	return manifest.String() + resources.String()
}

func (it *item) fill(text string) string {
	note := it.name
	for _, other := range it.needs {
		note += fmt.Sprintf(" {{ %s.id }}", other.name)
	}
	below := ""
	if it.parent != nil {
		below = fmt.Sprintf("{{ %s.id }}", it.parent.name)
	}
	return strings.NewReplacer("NAME", it.name, "VALUE", it.value, "NOTE", note, "BELOW", below, "BLOCK", strconv.Itoa(it.block)).Replace(text)
}

func (it *item) iql() string {
	var b strings.Builder
	from := fmt.Sprintf("FROM awscc.%s WHERE region = '{{ region }}' AND ", it.table)
	found := it.id
	if it.counts {
		found = "count(*) AS count, max(" + it.id + ") AS " + it.id
	}
	fmt.Fprintf(&b, "/*+ exists, retries=12, retry_delay=10 */\nSELECT %s %s%s\n", found, from, it.where)
	if it.stateCheck {
		fmt.Fprintf(&b, "/*+ statecheck, retries=12, retry_delay=10 */\nSELECT count(*) AS count %s%s AND %s = VALUE%s\n", from, it.where, snake(it.property), it.holds)
	}
	var columns, values []string
	for property := range strings.SplitSeq(it.insert+", "+it.note, ", ") {
		name, value, _ := strings.Cut(property, ": ")
		columns, values = append(columns, name), append(values, value)
	}
	returning := ""
	if it.returning {
		returning = " RETURNING *"
	}
	fmt.Fprintf(&b, "/*+ create */\nINSERT INTO awscc.%s (%s, %s, region) SELECT %s, VALUE, '{{ region }}'%s\n",
		it.table, strings.Join(columns, ", "), it.property, strings.Join(values, ", "), returning)
	noteProperty, note, _ := strings.Cut(it.note, ": ")
	set := fmt.Sprintf("%s = VALUE, %s = %s", it.property, noteProperty, note)
	if it.patches {
		patch, _ := json.Marshal([]map[string]any{
			{"op": "add", "path": "/" + it.property, "value": literal(it.value)}, {"op": "add", "path": "/" + noteProperty, "value": structure(literal(note))},
		})
		set = "PatchDocument = string('" + strings.ReplaceAll(string(patch), "'", "''") + "')"
	}
	fmt.Fprintf(&b, "/*+ update */\nUPDATE awscc.%s SET %s WHERE region = '{{ region }}' AND Identifier = '{{ this.%s }}'\n", it.table, set, it.id)
	if it.liveExport {
		fmt.Fprintf(&b, "/*+ exports, retries=5, retry_delay=10 */\nSELECT %s AS id %s%s\n", it.id, from, it.where)
	} else {
		fmt.Fprintf(&b, "/*+ exports */\nSELECT '{{ this.%s }}' AS id\n", it.id)
	}
	fmt.Fprintf(&b, "/*+ delete */\nDELETE FROM awscc.%s WHERE region = '{{ region }}' AND Identifier = '{{ this.%s }}'\n", it.table, it.id)
	return b.String()
}

// literal is the value of a literal of SQL.
func literal(sql string) any {
	if text, ok := strings.CutPrefix(sql, "'"); ok {
		return strings.ReplaceAll(strings.TrimSuffix(text, "'"), "''", "'")
	}
	var value any
	_ = json.Unmarshal([]byte(sql), &value) // all of them are numbers and truth values
	return value
}

// structure is a text's JSON, if it is some.
func structure(text any) any {
	var value any
	if json.Unmarshal([]byte(fmt.Sprint(text)), &value) == nil {
		return value
	}
	return text
}

func snake(property string) string {
	var b strings.Builder
	for i, r := range property {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
