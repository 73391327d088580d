package stack

import (
	"slices"
	"strconv"
	"strings"
)

// operand is a value in a condition: text, or a list of texts.
type operand struct {
	text string
	list []string
	many bool
}

func ofBool(yes bool) operand { return operand{text: strconv.FormatBool(yes)} }

func (v operand) truth() (bool, error) {
	switch {
	case v.many:
		return false, badCondition("a list is neither true nor false")
	case strings.EqualFold(v.text, "true"):
		return true, nil
	case strings.EqualFold(v.text, "false"):
		return false, nil
	}
	return false, badCondition("it comes to text that is neither true nor false")
}

// items gives what in looks into: a list, or text that is a JSON list.
func (v operand) items() ([]string, error) {
	if v.many {
		return v.list, nil
	}
	structure, _ := structureOf(v.text)
	list, ok := structure.([]any)
	if !ok {
		return nil, badCondition("in wants a list, as in x in [a, b]")
	}
	items := make([]string, len(list))
	for i, item := range list {
		items[i] = memberText(item)
	}
	return items, nil
}

// memberText is the text of what decodeJSON made.
func memberText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	return compactJSON(v)
}

func compared(op string, left, right operand) (bool, error) {
	switch op {
	case "in", "not in":
		items, err := right.items()
		return slices.Contains(items, left.text) == (op == "in"), err
	case "==", "!=":
		same := left.text == right.text && left.many == right.many && slices.Equal(left.list, right.list)
		return same == (op == "=="), nil
	}
	a, errA := strconv.ParseFloat(left.text, 64)
	b, errB := strconv.ParseFloat(right.text, 64)
	if errA != nil || errB != nil {
		return false, badCondition("%s compares numbers", op)
	}
	switch op {
	case "<":
		return a < b, nil
	case "<=":
		return a <= b, nil
	case ">":
		return a > b, nil
	}
	return a >= b, nil
}
