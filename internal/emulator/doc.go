// Package emulator serves the Cloud Control API over HTTP from a store of
// resources in memory, for any type of the catalog and for any SDK. Beside it,
// on the same port, it answers who the caller is, as STS does, and serves the
// Resource Groups Tagging API over the same resources.
//
// The region of a call is that of its signature's credential scope. Any
// credentials are accepted; an access key id of twelve digits stands for the
// account of that number, any other for the default account.
//
// What the emulator is for can be tuned and watched: Options set latency, a rate
// above which calls are throttled, and faults that befall calls at random; GET
// /_emulator/stats tells how often it was called, and POST
// /_emulator/reset-stats begins anew.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/Welcome.html
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/overview.html
package emulator
