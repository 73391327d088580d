// Command skyql queries AWS with SQL. All of it is in package cli; this only joins
// it to the process.
package main

import (
	"os"

	"skyql/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
