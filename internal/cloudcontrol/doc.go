// Package cloudcontrol states the Cloud Control API as Go interfaces and plain
// values, without any AWS SDK. The real client is in awsclient, the emulator's
// store is another, and retry, limit and record are layers around either.
package cloudcontrol
