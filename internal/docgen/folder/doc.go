// Package folder writes generated files into a folder and keeps it true: what an
// earlier run wrote and this one does not is removed, and nothing that somebody
// else put there is touched.
package folder
