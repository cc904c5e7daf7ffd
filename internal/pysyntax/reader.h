#ifndef PLUGFORGE_READER_H
#define PLUGFORGE_READER_H

#include <stdint.h>

// More symbols than the grammar has. Those beyond are kept and looked into.
#define PF_SYMBOLS 512

// Levels of kept nodes, at most.
#define PF_LEVELS 1000

// A node of the tree, in an array in pre-order. first and next are indexes of
// the first child and the next sibling, 0 for none, since 0 is the root.
typedef struct {
	uint32_t start, end;
	uint32_t first, next;
	uint16_t symbol;
	uint8_t field;
} pf_node;

// What is done with the nodes of a symbol. One without traits is dropped with
// all that is below it, unless it stands in a field.
enum {
	PF_KEEP = 1,      // is kept
	PF_DESCEND = 2,   // its children are looked at
	PF_BLOCK = 4,     // counts as an indented block
	PF_STATEMENT = 8, // an error lies behind it, if an ERROR node holds both
	PF_DROP = 16,     // is dropped even in a field
	PF_LINE = 32,     // may start a line
	PF_OPEN = 64,     // is an opening bracket
	PF_CLOSE = 128,   // is a closing bracket
};

// How a reading ended.
enum {
	PF_READ,      // nodes and count are set
	PF_CANCELLED, // *cancel became other than 0
	PF_STOPPED,   // at an error, which lies shortly before at
	PF_ERROR,     // an ERROR node; at is where what it could not read starts
	PF_MISSING,   // a node of that symbol is missing at
	PF_BROKEN,    // a line ends before at, inside a statement
	PF_DEEP,      // too many levels, blocks or brackets at
	PF_MEMORY,    // there is none left
};

typedef struct {
	uint8_t traits[PF_SYMBOLS]; // by symbol
	uint16_t joint;             // the symbol of a backslash that joins two lines
	uint32_t brackets;          // within each other, at most
	uint32_t blocks;            // within each other, at most
	uint32_t recoverable;       // bytes up to which parsing goes on after an error
	uint32_t words;             // of memory that a parse may take in all, and give back,
	uint32_t words_per_byte;    // and those for each byte of the text
} pf_rules;

typedef struct {
	const pf_node *nodes; // of the workspace, until it is used again
	uint32_t count;
	uint32_t at; // a byte offset
	uint16_t symbol;
	int status;
} pf_result;

// A workspace is what reading files one after the other needs of memory.
typedef struct pf_workspace pf_workspace;

pf_workspace *pf_workspace_new(void); // NULL: no memory
void pf_workspace_free(pf_workspace *w);

// pf_read parses src and walks the tree in one go. cancel may be written by
// other threads meanwhile. It keeps nothing of its arguments.
void pf_read(pf_workspace *w, const void *language, const char *src, uint32_t size, const pf_rules *rules,
	const int32_t *cancel, pf_result *result);

// pf_rest lets go of the result, and of memory that only large files need.
void pf_rest(pf_workspace *w);

#endif
