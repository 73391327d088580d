// Package emulator serves the Cloud Control API over HTTP from a store of
// resources in memory, for any type of the catalog and for any SDK. Beside it, on the
// same port, it serves the Resource Groups Tagging API over the same resources, tells
// who the caller is and gives credentials of roles, as STS does, and lists accounts, as
// AWS Organizations does.
//
// The region of a call is that of its signature's credential scope. Any credentials
// are accepted unless key pairs are given; then calls must be signed with one of
// them, or with what AssumeRole gave. An access key id of twelve digits stands for
// the account of that number, any other for the default account; temporary credentials
// act in the account of their role.
//
// What the emulator is for can be tuned and watched. Settings have latency, rates
// above which calls are throttled, faults that befall calls at random, how long
// changes take, hooks that object to them, and a clock; Options.Settings are those
// of the start, and PATCH /_emulator/settings changes them for calls that begin
// afterwards. GET /_emulator/stats tells how often it was called, and a Recorder
// keeps every call.
//
// This package takes requests and decides what becomes of them; a call goes through
// server.go, call.go and the file of its API. What is no business of a server has a
// package of its own: signature, identity, settings, opname, protocol, recording, sts
// and organizations; store has the resources, generate makes them up and durable
// keeps them.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/Welcome.html
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/overview.html
package emulator
