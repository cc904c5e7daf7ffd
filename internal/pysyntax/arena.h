#ifndef PLUGFORGE_ARENA_H
#define PLUGFORGE_ARENA_H

#include <stddef.h>

// An arena serves what tree-sitter allocates while it reads one file, and
// forgets it all at once: a tree is millions of small pieces, and to free them
// one by one takes as long as to make them. What does not fit comes from
// malloc and has to be freed as ever.
typedef struct {
	char *base;
	size_t size, used;
	size_t outside; // pieces that malloc gave, and that are not freed yet
	size_t taken;   // words in all, those of freed pieces too
	void *freed[65]; // lists of freed pieces, by their size in words
} pf_arena;

// pf_arena_install makes tree-sitter use the arena of the thread that calls
// it, and malloc where there is none. Once, before its first use.
void pf_arena_install(void);

// pf_arena_enter gives the thread an arena, empty again; pf_arena_leave takes
// it. What the arena gave must not be freed, nor grown, after that.
void pf_arena_enter(pf_arena *a);
void pf_arena_leave(void);

#endif
