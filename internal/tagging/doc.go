// Package tagging states the Resource Groups Tagging API as Go interfaces and
// plain values, without any AWS SDK. The real client is in
// cloudcontrol/awsclient, the emulator's store is another, and retry, limit and
// record have layers around either.
//
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/overview.html
package tagging
