// Package output writes what a statement answers: result sets as a table,
// JSON, JSON Lines or CSV, and a line of progress while a person waits. It
// knows neither the engine nor the API; rows come in as plain values.
//
// The values of a row are nil (NULL), int64, float64, string, bool, []byte (a
// blob) and json.RawMessage (a JSON document). Each format shows them so:
//
//	            table         json, jsonl       csv
//	NULL        NULL          null              nothing
//	int64       12            12                12
//	float64     0.5           0.5               0.5
//	NaN, ±Inf   NaN Infinity  null              NaN Infinity
//	bool        true          true              true
//	string      as is, with   "as is"           as is
//	            control characters escaped
//	blob        x'00ff'       base64 string     base64
//	JSON        on one line   as is             on one line
//
// No format cuts a value short, and each needs memory for a bounded number of
// rows only, however many there are.
package output
