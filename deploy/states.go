package deploy

import (
	"slices"

	"plugforge"
)

// transitions is the whole state machine of one deployment. The way back to
// QUEUED is a restart's: what had not switched begins again.
var transitions = map[plugforge.State][]plugforge.State{
	plugforge.StateQueued:      {plugforge.StatePending, plugforge.StateFailed},
	plugforge.StatePending:     {plugforge.StateInProgress, plugforge.StateFailed, plugforge.StateQueued},
	plugforge.StateInProgress:  {plugforge.StateDeployed, plugforge.StateNotDeployed, plugforge.StateFailed, plugforge.StateQueued},
	plugforge.StateDeployed:    {plugforge.StateNotDeployed},
	plugforge.StateNotDeployed: {},
	plugforge.StateFailed:      {},
}

// CanMove tells whether a deployment may go from one state to another.
// IN_PROGRESS becomes NOT_DEPLOYED when it is batch-only (live, without an
// endpoint) or an undeploy; DEPLOYED when it is replaced or undeployed. The
// stop of a crash loop is a deployment record of its own, which fails.
func CanMove(from, to plugforge.State) bool { return slices.Contains(transitions[from], to) }

// settled tells whether a deployment has ended its way through the queue.
func settled(s plugforge.State) bool {
	return s == plugforge.StateDeployed || s == plugforge.StateNotDeployed || s == plugforge.StateFailed
}

// liveState is what a deployment of that type reads while it is live.
func liveState(t plugforge.DeploymentType) plugforge.State {
	if t == plugforge.TypeBatchOnly {
		return plugforge.StateNotDeployed
	}
	return plugforge.StateDeployed
}
