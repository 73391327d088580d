// Package schema decodes CloudFormation resource-type schemas into Go values:
// properties with their types and constraints, identifiers, which properties a
// caller may set, and what each handler needs. Definitions belong to their
// type. Nothing here touches the network or the file system.
//
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
package schema
