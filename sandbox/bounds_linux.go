package sandbox

import "slices"

// Bounds names what cgroups bound here beside the rlimits that hold
// everywhere: memory, pids, cpu, or some of them.
func (h *Host) Bounds() []string {
	bounds := slices.Clone(h.groups.have)
	slices.Sort(bounds)
	return slices.Compact(bounds)
}
