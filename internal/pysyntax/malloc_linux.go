package pysyntax

/*
#include <stddef.h>

// The binding's object brings it. Weak, because this file is also linked on
// its own, to see what it imports.
extern void ts_set_allocator(void *(*)(size_t), void *(*)(size_t, size_t),
	void *(*)(void *, size_t), void (*)(void *)) __attribute__((weak));

static void plain_malloc(void) {
	if (ts_set_allocator)
		ts_set_allocator(NULL, NULL, NULL, NULL);
}
*/
import "C"

// plainMalloc lets tree-sitter call malloc itself. The binding leads each of
// its allocations through Go to the same malloc, which takes longer than the
// allocation: a sixth of a parse.
func plainMalloc() { C.plain_malloc() }
