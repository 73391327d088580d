// Package sqltext reads SQL text token by token, without parsing it: it cuts a
// script into statements, tells their kind, finds the names of tables and makes
// each one quoted identifier, reads hints, and fills in variables. What an
// expression means is for SQLite to say.
package sqltext
