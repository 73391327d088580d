package output_test

import (
	"encoding/json"
	"fmt"
	"os"

	"skyql/internal/output"
	"skyql/internal/resource"
)

func ExampleNew() {
	columns := []output.Column{
		{Name: "region", Kind: resource.Text},
		{Name: "retention_in_days", Kind: resource.Integer},
		{Name: "tags", Kind: resource.JSON},
	}
	for _, format := range []output.Format{output.Table, output.JSON} {
		w := output.New(format, os.Stdout, output.Options{})
		if err := w.Begin(columns); err != nil {
			fmt.Println(err)
		}
		if err := w.Row([]any{"eu-west-1", int64(14), json.RawMessage(`[{"Key": "team"}]`)}); err != nil {
			fmt.Println(err)
		}
		if err := w.Row([]any{"us-east-1", nil, nil}); err != nil {
			fmt.Println(err)
		}
		if err := w.End(); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// +-----------+-------------------+------------------+
	// | region    | retention_in_days | tags             |
	// +-----------+-------------------+------------------+
	// | eu-west-1 |                14 | [{"Key":"team"}] |
	// | us-east-1 |              NULL | NULL             |
	// +-----------+-------------------+------------------+
	// (2 rows)
	// [
	// {"region":"eu-west-1","retention_in_days":14,"tags":[{"Key":"team"}]},
	// {"region":"us-east-1","retention_in_days":null,"tags":null}
	// ]
}
