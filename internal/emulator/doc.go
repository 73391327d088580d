// Package emulator serves the Cloud Control API over HTTP from a store of
// resources in memory, for any type of the catalog and for any SDK. Beside it,
// on the same port, it answers who the caller is, as STS does, and serves the
// Resource Groups Tagging API over the same resources.
//
// The region of a call is that of its signature's credential scope. Any
// credentials are accepted; an access key id of twelve digits stands for the
// account of that number, any other for the default account.
//
// What the emulator is for can be tuned and watched. Settings have latency, rates
// above which calls are throttled, faults that befall calls at random, how long
// changes take, hooks that object to them, and a clock; Options.Settings are those
// of the start, and PATCH /_emulator/settings changes them for calls that begin
// afterwards. GET /_emulator/stats tells how often it was called, and a Recorder
// keeps every call.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/Welcome.html
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/overview.html
package emulator
