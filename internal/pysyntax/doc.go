// Package pysyntax reads Python source without running it: from bytes to a
// syntax tree close to CPython's own ast, with what names refer to, and the
// values of constant expressions.
//
// It is not a checker and has no opinion on what a program may do. Package
// scanner has the opinions, package manifest the meaning of one file.
//
// The nouns: a File is what Parse made of some bytes, a tree of Stmt and Expr.
// A Problem is why bytes are not a Python file that may be trusted to mean to
// CPython what it means here (not UTF-8, a syntax error, nested too deeply): a
// verdict that depends on the bytes alone. A Scope holds the bindings of a
// module, class, function or comprehension; its Origins say which dotted
// things ("os.system", "builtins.eval") an expression may denote. Fold gives
// the Value of an expression that is constant.
//
// The grammar is tree-sitter's, run and copied out by one C function (reader.c).
// It forgives errors, supposes tokens that are missing, takes line ends for
// blanks and lets through more than CPython does. Parse takes nothing that it
// had to forgive or suppose, and the conversion refuses what it does not know and
// what CPython 3.11 would not read, or mends what it would read as another tree
// (stars, & and ^, await, parentheses around a target). What two readers could
// take for different texts (encodings, bare carriage returns, invisible
// characters) is refused before it is parsed. Newer syntax that tree-sitter knows
// is read, too: type parameters, quotes in f-strings.
package pysyntax
