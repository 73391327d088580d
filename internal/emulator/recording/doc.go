// Package recording writes calls and their answers to a file, a line of JSON each,
// and reads such files. What is secret, or could be, does not get there: documents.go
// masks within models and patches, messages.go within requests and answers.
package recording
