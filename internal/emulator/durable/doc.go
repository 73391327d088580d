// Package durable keeps what an emulator's store has in a SQLite file, so that the
// store comes back with every change that a caller was told of, however the
// program ended.
package durable
