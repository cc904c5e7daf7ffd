//go:build linux && cgo

package main

/*
#include <malloc.h>

// What tree-sitter and SQLite free stays with the C library. Only glibc has to
// be asked to give it back.
static void trim(void) {
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
*/
import "C"

// trimC returns what the C library holds and nobody uses to the system.
func trimC() { C.trim() }
