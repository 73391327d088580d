// Package vtable shows resource types to SQLite as virtual tables, for reading.
// It translates: constraints into what package pushdown chooses from, index
// strings into scans, rows into SQLite's values. Where the rows come from is for
// the statement to say that runs on the connection; see Host.
//
// https://sqlite.org/vtab.html
package vtable
