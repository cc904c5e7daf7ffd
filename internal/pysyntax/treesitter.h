// The part of tree-sitter's interface (version 0.25) that is used here. The Go
// binding brings the library; its own header can't be reached from another
// package.
#ifndef PLUGFORGE_TREESITTER_H
#define PLUGFORGE_TREESITTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct { uint32_t row, column; } TSPoint;
typedef struct { uint32_t context[4]; const void *id, *tree; } TSNode;
typedef struct { const void *tree, *id; uint32_t context[3]; } TSTreeCursor;
typedef struct { void *payload; uint32_t current_byte_offset; bool has_error; } TSParseState;
typedef struct { void *payload; bool (*progress_callback)(TSParseState *); } TSParseOptions;
typedef struct {
	void *payload;
	const char *(*read)(void *payload, uint32_t at, TSPoint point, uint32_t *size);
	int encoding; // 0 is UTF-8
	void *decode;
} TSInput;

extern void ts_set_allocator(void *(*)(size_t), void *(*)(size_t, size_t), void *(*)(void *, size_t), void (*)(void *));

extern void *ts_parser_new(void);
extern void ts_parser_delete(void *parser);
extern bool ts_parser_set_language(void *parser, const void *language);
extern void *ts_parser_parse_with_options(void *parser, const void *old, TSInput input, TSParseOptions options);

extern TSNode ts_tree_root_node(const void *tree);
extern void ts_tree_delete(void *tree);

extern uint16_t ts_node_symbol(TSNode node);
extern uint32_t ts_node_start_byte(TSNode node);
extern uint32_t ts_node_end_byte(TSNode node);
extern bool ts_node_has_error(TSNode node);
extern bool ts_node_is_error(TSNode node);
extern bool ts_node_is_missing(TSNode node);

extern TSTreeCursor ts_tree_cursor_new(TSNode node);
extern void ts_tree_cursor_delete(TSTreeCursor *cursor);
extern TSNode ts_tree_cursor_current_node(const TSTreeCursor *cursor);
extern uint16_t ts_tree_cursor_current_field_id(const TSTreeCursor *cursor);
extern bool ts_tree_cursor_goto_first_child(TSTreeCursor *cursor);
extern bool ts_tree_cursor_goto_next_sibling(TSTreeCursor *cursor);
extern bool ts_tree_cursor_goto_parent(TSTreeCursor *cursor);

#endif
