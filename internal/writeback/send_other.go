//go:build !linux

package writeback

import "os"

func send(*os.File, int64, int64) error { return nil }
