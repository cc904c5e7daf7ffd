#include "arena.h"
#include "treesitter.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 8, MOST_LISTED = 64 };

static _Thread_local pf_arena *now;

// Each piece has a word before it: its size in words.
static size_t words_of(void *piece) { return ((size_t *)piece)[-1]; }

static bool within(const pf_arena *a, const void *piece) {
	return (uintptr_t)piece - (uintptr_t)a->base < a->size;
}

// sure ends the program as tree-sitter does when there is no memory: it goes on
// without looking.
static void *sure(void *piece) {
	if (!piece) {
		fputs("out of memory while reading Python\n", stderr);
		abort();
	}
	return piece;
}

static void *take(size_t size) {
	pf_arena *a = now;
	size_t words = size ? (size + WORD - 1) / WORD : 1;
	if (!a)
		return sure(malloc(words * WORD));
	a->taken += words;
	if (words <= MOST_LISTED && a->freed[words]) {
		void *piece = a->freed[words];
		a->freed[words] = *(void **)piece;
		return piece;
	}
	if (words >= (a->size - a->used) / WORD) {
		a->outside++;
		return sure(malloc(words * WORD));
	}
	char *piece = a->base + a->used + WORD;
	((size_t *)piece)[-1] = words;
	a->used += (words + 1) * WORD;
	return piece;
}

static void *take_zeroed(size_t count, size_t size) {
	if (size && count > SIZE_MAX / size)
		return sure(NULL);
	return memset(take(count * size), 0, count * size);
}

static void give(void *piece) {
	pf_arena *a = now;
	if (!piece)
		return;
	if (!a || !within(a, piece)) {
		if (a)
			a->outside--;
		free(piece);
		return;
	}
	size_t words = words_of(piece);
	if (words <= MOST_LISTED) {
		*(void **)piece = a->freed[words];
		a->freed[words] = piece;
	}
}

static void *resize(void *piece, size_t size) {
	pf_arena *a = now;
	if (!piece)
		return take(size);
	if (a)
		a->taken += size / WORD;
	if (!a || !within(a, piece))
		return sure(realloc(piece, size ? size : WORD));
	size_t had = words_of(piece) * WORD;
	if (size <= had)
		return piece;
	void *larger = memcpy(take(size), piece, had);
	give(piece);
	return larger;
}

void pf_arena_install(void) { ts_set_allocator(take, take_zeroed, resize, give); }

void pf_arena_enter(pf_arena *a) {
	a->used = a->outside = a->taken = 0;
	memset(a->freed, 0, sizeof a->freed);
	now = a;
}

void pf_arena_leave(void) { now = NULL; }
