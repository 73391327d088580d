// Package stack reads a stack directory: the manifest, stackql_manifest.yml, and
// the .iql files that it names, and gives the values of the variables that their
// templates use.
//
// Load needs no environment, and finds everything that is wrong with the files as
// such, all at once. NewVariables adds an environment, and finds what the globals
// lack. What is left, the values that one resource hands to the next, is the
// business of a Scope, which renders the templates of one resource.
//
// No SQL is run here, and nothing is known of AWS.
package stack
