// Package settings has what can be changed while the emulator runs, as values: how
// long calls take, how many may be made, what goes wrong, how long changes are in
// progress, which hooks object to them, how large pages are and what time it is.
//
// Each rule has a text, which flags and JSON share: ParseRate reads what Rate.String
// writes. To add a setting, add its field and its check to settings.go, its member
// to json.go, and have the emulator heed it. Nothing here acts on a call.
package settings
