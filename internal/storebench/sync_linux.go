package storebench

import (
	"os"
	"syscall"
)

// datasync waits until what was written is on the disk, as the store does.
func datasync(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }
