//go:build unix

package deploy

import (
	"os/exec"
	"syscall"
)

// killWithChildren ends what is left of a command.
func killWithChildren(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // there may be nobody any more
	}
}

// endWithChildren lets whatever a command has started end with it when its context
// does.
func endWithChildren(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
}
