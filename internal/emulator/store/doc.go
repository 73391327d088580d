// Package store keeps resources in memory under the rules of the Cloud Control
// API: what a schema allows, what a patch may touch, what a list handler needs,
// and how a request proceeds. It is a cloudcontrol.Client, so that tests run
// against it directly, and the emulator puts the HTTP protocol in front of it. It
// is a tagging.Client too, which finds the resources of all types that have tags,
// by the ARNs that their models hold or that are made of them.
//
// A world is what one account has in one region. In a world there is a shelf
// for each resource type, and a ledger of the requests of the last seven days.
// An index of a shelf finds resources by other properties than the primary
// identifier: by what a list handler takes, or by an additional identifier.
package store
