// Package generate makes plausible values from the schema of a resource type:
// a desired state that the type accepts, and the properties that the service
// itself would fill in. The same input gives the same values.
package generate
