//go:build !unix

package deploy

import "os/exec"

func killWithChildren(*exec.Cmd) {}

// endWithChildren cannot reach what a command has started here.
func endWithChildren(*exec.Cmd) {}
