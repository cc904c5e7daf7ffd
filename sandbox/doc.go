// Package sandbox runs plugins: each replica is one Python process that holds
// one version of one plugin, behind a wall that must hold whatever its code
// tries.
//
// Its nouns. A Host owns a run folder and everything that runs from it. A
// replica is bwrap (all namespaces of its own, no network, no capabilities,
// read-only files, bounded memory) around plugforge-worker around Python, under
// a user id that nobody else has: never the host's root, whatever number it
// sees inside. The line is the socket on which calls travel as frames straight
// to Python; control (start, health, status, stop) goes to the worker through
// go-plugin and gRPC, see plugforge/internal/workerapi.
//
// What comes out of a replica is hostile: lengths are bounded before anything
// is allocated by them, ids that were not issued are dropped, log lines are
// bounded and escaped, and a broken frame ends the replica.
//
// It is not a supervisor: a replica that dies stays dead and says why; package
// deploy decides what follows. It is not the scanner either, and does not rely
// on it. Everything that makes replicas needs Linux; elsewhere Open succeeds
// and Start says so.
package sandbox
