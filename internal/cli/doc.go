// Package cli is the command line: it builds every layer, runs the command that
// was asked for, and turns errors into words and exit codes. One file for each
// command.
package cli
