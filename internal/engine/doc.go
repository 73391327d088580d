// Package engine runs SQL. It opens SQLite, makes the tables that a statement
// names known to it, runs the statement, and hands out rows. A statement whose
// scans depend on each other runs by replay: each pass asks for what it lacks,
// all of it is fetched at once, and the pass in which nothing is lacking is the
// answer. docs/architecture.md walks through one query.
package engine
