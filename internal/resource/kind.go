package resource

// Kind says what the values of a column are.
type Kind uint8

// The kinds of values. Any stands for an expression of which nothing is known
// beforehand.
const (
	Any Kind = iota
	Text
	Integer
	Number
	Boolean
	JSON
	Timestamp
)

var kindNames = [...]string{"any", "string", "integer", "number", "boolean", "json", "timestamp"}

// String gives the name that DESCRIBE and the documentation pages print.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "any"
}
