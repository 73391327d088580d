package native

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// resourceTable reads one resource of any type.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_GetResource.html
var resourceTable = &Table{
	Service: "cloud_control", Name: "resource", Description: "one resource of any type, read",
	Columns: []Column{
		region, shown("TypeName", true), shown("Identifier", true), column("Properties", resource.JSON),
		input("RoleArn"), input("TypeVersionId"),
	},
	Operations: []string{cloudcontrol.GetResource}, rows: getResource,
}

// Resources lists the resources of any type.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ListResources.html
var Resources = &Table{
	Service: "cloud_control", Name: "resources", Description: "the resources of any type, listed",
	Columns: []Column{
		region, shown("TypeName", true), shown("Identifier", false), column("Properties", resource.JSON),
		input("ResourceModel"), input("MaxResults"), input("NextToken"), input("RoleArn"), input("TypeVersionId"),
	},
	Operations: []string{cloudcontrol.ListResources, cloudcontrol.GetResource}, rows: listResources,
}

func (q query) call() (cloudcontrol.Call, error) {
	name, err := resource.ParseTypeName(q.keys.text("TypeName"))
	if err != nil {
		return cloudcontrol.Call{}, err
	}
	return cloudcontrol.Call{
		Scope: q.scope, Type: name, RoleARN: q.keys.text("RoleArn"), TypeVersionID: q.keys.text("TypeVersionId"),
	}, nil
}

func getResource(ctx context.Context, q query) iter.Seq2[[]any, error] {
	call, err := q.call()
	if err != nil {
		return failing(err)
	}
	return func(yield func([]any, error) bool) {
		if q.Trusting {
			yield(q.row(nil), nil)
			return
		}
		found, err := q.API.Get(ctx, cloudcontrol.GetInput{Call: call, Identifier: q.keys.text("Identifier")})
		switch {
		case errors.Is(err, resource.NotFound): // no row
		case err != nil:
			yield(nil, err)
		default:
			yield(q.row(map[string]any{"Properties": found.Properties}), nil)
		}
	}
}

func listResources(ctx context.Context, q query) iter.Seq2[[]any, error] {
	if q.keys.text("Identifier") != "" {
		return getResource(ctx, q)
	}
	call, err := q.call()
	if err != nil {
		return failing(err)
	}
	most, err := q.keys.number("MaxResults")
	if err != nil {
		return failing(err)
	}
	var model json.RawMessage
	if text := q.keys.text("ResourceModel"); text != "" {
		model = json.RawMessage(text)
	}
	if model != nil && !json.Valid(model) {
		return failing(fmt.Errorf("ResourceModel is a JSON object with what the list handler needs, and this is not JSON"))
	}
	return pages(q.keys.text("NextToken"), func(token string) (cloudcontrol.Page, string, error) {
		page, err := q.API.List(ctx, cloudcontrol.ListInput{
			Call: call, ResourceModel: model, NextToken: token, MaxResults: most,
		})
		if model != nil && errors.Is(err, resource.NotFound) {
			err = nil // below a parent that is not there is nothing
		}
		return page, page.NextToken, err
	}, func(page cloudcontrol.Page) [][]any {
		rows := make([][]any, len(page.Resources))
		for i, found := range page.Resources {
			rows[i] = q.row(map[string]any{"Identifier": found.Identifier, "Properties": found.Properties})
		}
		return rows
	})
}
