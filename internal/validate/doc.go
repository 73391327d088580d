// Package validate checks a model against the schema of its resource type, and
// words what is wrong the way Cloud Control does. It knows one type and one
// model at a time: which properties a caller may set or change is for others
// to say.
package validate
