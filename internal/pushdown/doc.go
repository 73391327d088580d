// Package pushdown decides which parts of a WHERE clause the Cloud Control API
// can answer. It turns the constraints that SQLite offers into a Plan, and a
// Plan with the constraints' values into a Scan. Both are plain values, and
// nothing here does any I/O.
//
// A plan may only save work. SQLite checks each constraint again, so what a scan
// returns may be too much but never too little.
package pushdown
