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
// The grammar is tree-sitter's. It forgives errors and lets through more than
// CPython does; Parse takes nothing that it had to forgive, and the conversion
// refuses whatever it does not know. Where the two could read one text
// differently (encodings, bare carriage returns, invisible characters, tabs
// after spaces) the text is refused before it is parsed.
package pysyntax
