// Package jsonpatch reads patch documents and applies them to JSON documents.
// It words what does not apply the way Cloud Control does. It knows nothing of
// resource types: who may change which property is for the caller to say, with
// the paths that an Operation names.
//
// https://www.rfc-editor.org/rfc/rfc6902
package jsonpatch
