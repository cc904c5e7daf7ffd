//go:build !linux

package sandbox

import (
	"context"

	"plugforge"
)

// Host starts replicas; not on this system.
type Host struct{}

// Open checks the configuration.
func Open(_ context.Context, config Config) (*Host, error) {
	if _, err := config.withDefaults(true); err != nil {
		return nil, plugforge.Wrap("sandbox.Open", err)
	}
	return &Host{}, nil
}

// Start fails with CodeUnavailable.
func (h *Host) Start(context.Context, plugforge.ReplicaSpec) (plugforge.Replica, error) {
	return nil, plugforge.Wrap("sandbox.Start", plugforge.Errorf(plugforge.CodeUnavailable, "replicas run on Linux only"))
}

// Close does nothing.
func (h *Host) Close(context.Context) error { return nil }
