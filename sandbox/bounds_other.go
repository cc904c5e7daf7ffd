//go:build !linux

package sandbox

// Bounds is empty.
func (h *Host) Bounds() []string { return nil }
