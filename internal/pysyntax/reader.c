#include "reader.h"
#include "arena.h"
#include "treesitter.h"

#include <stdlib.h>
#include <string.h>

enum {
	ARENA = 8 << 20,       // bytes; serves files of some 300 KiB whole
	KEPT_ROOM = 64 << 10,  // nodes whose array is kept for the next file
};

// level is an open node: its index, that of its last child so far, and whether
// it is a block.
typedef struct {
	uint32_t node, last;
	bool block;
} level;

struct pf_workspace {
	pf_arena arena;
	pf_node *nodes;
	uint32_t room;
	level open[PF_LEVELS];
};

typedef struct {
	pf_workspace *w;
	const char *src;
	uint32_t size;
	const pf_rules *rules;
	const int32_t *cancel;
	pf_result *result;
} reading;

static bool cancelled(const reading *r) { return __atomic_load_n(r->cancel, __ATOMIC_RELAXED) != 0; }

static const char *input(void *payload, uint32_t at, TSPoint point, uint32_t *size) {
	const reading *r = payload;
	(void)point;
	if (at > r->size)
		at = r->size;
	*size = r->size - at;
	return *size ? r->src + at : "";
}

// progress ends a parse that is cancelled, or that would go on after an error
// for too long: recovery takes quadratic time. Where it supposes tokens that are
// missing, tree-sitter does not tell of an error, but copies ever longer lists;
// how much memory it takes in all depends on the text alone.
static bool progress(TSParseState *state) {
	reading *r = state->payload;
	if (cancelled(r)) {
		r->result->status = PF_CANCELLED;
		return true;
	}
	bool lost = state->has_error && r->size > r->rules->recoverable;
	if (lost || r->w->arena.taken > r->rules->words + (uint64_t)r->rules->words_per_byte * r->size) {
		r->result->at = state->current_byte_offset;
		return true;
	}
	return false;
}

static uint8_t traits(const reading *r, uint16_t symbol) {
	return symbol < PF_SYMBOLS ? r->rules->traits[symbol] : PF_KEEP | PF_DESCEND;
}

// fault places the error that the cursor stands on. An ERROR node may hold
// whole statements before what could not be read: it lies behind them.
static void fault(reading *r, TSTreeCursor *c) {
	TSNode n = ts_tree_cursor_current_node(c);
	r->result->at = ts_node_start_byte(n);
	r->result->symbol = ts_node_symbol(n);
	if (ts_node_is_missing(n)) {
		r->result->status = PF_MISSING;
		return;
	}
	r->result->status = PF_ERROR;
	for (bool more = ts_tree_cursor_goto_first_child(c); more; more = ts_tree_cursor_goto_next_sibling(c)) {
		TSNode child = ts_tree_cursor_current_node(c);
		r->result->at = ts_node_start_byte(child);
		if (ts_node_has_error(child) || !(traits(r, ts_node_symbol(child)) & PF_STATEMENT))
			break;
	}
}

// append makes room for one more node.
static bool append(reading *r, pf_node n) {
	pf_workspace *w = r->w;
	if (r->result->count == w->room) {
		uint32_t room = w->room + w->room / 2 + 1024;
		pf_node *nodes = realloc(w->nodes, room * sizeof *nodes);
		if (!nodes)
			return false;
		w->nodes = nodes;
		w->room = room;
	}
	w->nodes[r->result->count++] = n;
	return true;
}

// lines watches the tokens. To tree-sitter a line end is a blank where no
// statement can end; to CPython it ends the statement, unless a bracket is open.
typedef struct {
	uint32_t end;      // of the last token
	uint32_t start;    // of the last node that may start a line
	uint32_t brackets; // open ones
	bool ended;        // a line end since the last token, comments aside
	bool joined;       // the last was a backslash
} lines;

// joint tells whether the line end at offset at has a backslash before it, that
// lies behind from.
static bool joint(const reading *r, uint32_t from, uint32_t at) {
	if (at > from && r->src[at - 1] == '\r')
		at--;
	return at > from && r->src[at - 1] == '\\';
}

// line_ends tells whether a line ends between two tokens, or in one.
static bool line_ends(const reading *r, uint32_t from, uint32_t to) {
	for (uint32_t at = from; at < to; at++)
		if (r->src[at] == '\n' && !joint(r, from, at))
			return true;
	return false;
}

// unended tells whether the text ends behind a backslash that joins nothing.
static bool unended(const reading *r, const lines *l) {
	uint32_t at = r->size;
	if (at > 0 && r->src[at - 1] == '\n')
		at--;
	return joint(r, l->joined ? 0 : l->end, at);
}

// token takes the next token, comments and joints included.
static int token(reading *r, lines *l, pf_node n, uint8_t is) {
	l->ended |= line_ends(r, l->end, n.start);
	l->end = n.end;
	l->joined = n.symbol == r->rules->joint;
	if (is & PF_DROP)
		return PF_READ;
	bool whole = is & PF_KEEP || !line_ends(r, n.start, n.end);
	if (!l->brackets && n.end > n.start && (!whole || (l->ended && n.start != l->start))) {
		r->result->at = n.start;
		return PF_BROKEN;
	}
	l->ended = false;
	if (is & PF_OPEN && ++l->brackets > r->rules->brackets) {
		r->result->at = n.start;
		return PF_DEEP;
	}
	if (is & PF_CLOSE && l->brackets)
		l->brackets--;
	return PF_READ;
}

// keep adds a node below those that are open. It gives PF_READ if its children
// may be looked at.
static int keep(reading *r, pf_node n, uint32_t depth) {
	uint32_t at = r->result->count;
	if (!append(r, n))
		return PF_MEMORY;
	if (depth > 0) {
		level *parent = &r->w->open[depth - 1];
		if (parent->last)
			r->w->nodes[parent->last].next = at;
		else
			r->w->nodes[parent->node].first = at;
		parent->last = at;
	}
	if (at % 4096 == 0 && cancelled(r))
		return PF_CANCELLED;
	if (depth >= PF_LEVELS) {
		r->result->at = n.start;
		return PF_DEEP;
	}
	return PF_READ;
}

// walk copies what is kept. It uses one cursor: asking a node for its n-th
// child takes time in n.
static int walk(reading *r, TSTreeCursor *c, bool faulty) {
	pf_result *out = r->result;
	lines l = {.start = UINT32_MAX};
	uint32_t depth = 0, blocks = 0;
	for (;;) {
		TSNode n = ts_tree_cursor_current_node(c);
		if (faulty && (ts_node_is_error(n) || ts_node_is_missing(n))) {
			fault(r, c);
			return out->status;
		}
		pf_node one = {ts_node_start_byte(n), ts_node_end_byte(n), 0, 0, ts_node_symbol(n), ts_tree_cursor_current_field_id(c)};
		if (faulty && ts_node_has_error(n))
			out->at = one.end; // of the innermost, in the end
		uint8_t is = traits(r, one.symbol);
		if (is & PF_LINE)
			l.start = one.start;
		bool kept = depth == 0 || is & PF_KEEP || (one.field && !(is & PF_DROP));
		int status = kept ? keep(r, one, depth) : PF_READ;
		if (status == PF_READ && kept && is & PF_DESCEND && ts_tree_cursor_goto_first_child(c)) {
			bool block = is & PF_BLOCK;
			r->w->open[depth++] = (level){out->count - 1, 0, block};
			blocks += block;
			if (blocks <= r->rules->blocks)
				continue;
			out->at = one.start;
			return PF_DEEP;
		}
		if (status == PF_READ && depth > 0)
			status = token(r, &l, one, is);
		if (status != PF_READ)
			return status;
		while (!ts_tree_cursor_goto_next_sibling(c)) {
			if (!ts_tree_cursor_goto_parent(c))
				return unended(r, &l) ? (out->at = r->size, PF_BROKEN) : PF_READ;
			blocks -= r->w->open[--depth].block;
		}
	}
}

static int copy(reading *r, const void *tree) {
	TSNode root = ts_tree_root_node(tree);
	TSTreeCursor c = ts_tree_cursor_new(root);
	bool faulty = ts_node_has_error(root);
	int status = walk(r, &c, faulty);
	ts_tree_cursor_delete(&c);
	// A token that is missing may be one that has no node, as line ends do.
	return status == PF_READ && faulty ? PF_STOPPED : status;
}

void pf_read(pf_workspace *w, const void *language, const char *src, uint32_t size, const pf_rules *rules,
	const int32_t *cancel, pf_result *result) {
	reading r = {w, src, size, rules, cancel, result};
	*result = (pf_result){.status = PF_STOPPED};
	pf_arena_enter(&w->arena);
	void *parser = ts_parser_new(), *tree = NULL;
	if (ts_parser_set_language(parser, language))
		tree = ts_parser_parse_with_options(parser, NULL, (TSInput){&r, input, 0, NULL}, (TSParseOptions){&r, progress});
	if (tree)
		result->status = copy(&r, tree);
	// Not everything the parser has lies in the arena.
	ts_parser_delete(parser);
	if (tree && w->arena.outside)
		ts_tree_delete(tree);
	pf_arena_leave();
	result->nodes = w->nodes;
}

void pf_rest(pf_workspace *w) {
	if (w->room <= KEPT_ROOM)
		return;
	free(w->nodes);
	w->nodes = NULL;
	w->room = 0;
}

pf_workspace *pf_workspace_new(void) {
	pf_workspace *w = calloc(1, sizeof *w);
	if (!w)
		return NULL;
	w->arena.base = malloc(ARENA);
	w->arena.size = w->arena.base ? ARENA : 0;
	return w;
}

void pf_workspace_free(pf_workspace *w) {
	free(w->nodes);
	free(w->arena.base);
	free(w);
}
