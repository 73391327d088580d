// Package emulator serves the Cloud Control API over HTTP from a store of
// resources in memory, for any type of the catalog and for any SDK. Beside it,
// on the same port, it answers who the caller is, as STS does.
//
// The region of a call is that of its signature's credential scope. Any
// credentials are accepted; an access key id of twelve digits stands for the
// account of that number, any other for the default account.
//
// What the emulator is for can be tuned and watched: Options set latency and a
// rate above which calls are throttled, GET /_emulator/stats tells how often it
// was called, and POST /_emulator/reset-stats begins anew.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/Welcome.html
package emulator
