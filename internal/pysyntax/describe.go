package pysyntax

// Describe says in words what kind of thing a node is, for messages: "a call",
// "a comprehension".
func Describe(n Node) string {
	switch n := n.(type) {
	case *Name:
		return "the name " + n.ID
	case *Const:
		return describeConst(n)
	case *FString:
		return "an f-string"
	case *Attr:
		return "the attribute " + n.Name
	case *Subscript:
		return "an index"
	case *Slice:
		return "a slice"
	case *Call:
		return "a call"
	case *Starred:
		return "a starred expression"
	case *BinOp, *BoolOp, *Unary:
		return "an operator"
	case *Compare:
		return "a comparison"
	case *Cond:
		return "a conditional expression"
	case *Lambda:
		return "a lambda"
	case *Seq:
		return [...]string{"a list", "a tuple", "a set"}[n.Kind]
	case *Dict:
		return "a dictionary"
	case *Comp:
		return "a comprehension"
	case *Await, *Yield:
		return "await or yield"
	case *Walrus:
		return "an assignment expression"
	}
	return describeStmt(n)
}

func describeConst(n *Const) string {
	switch n.Kind {
	case None:
		return "None"
	case True, False:
		return "a boolean"
	case Ellipsis:
		return "..."
	case Str:
		return "a string"
	case Bytes:
		return "a bytes literal"
	case Complex:
		return "a complex number"
	}
	return "a number"
}

func describeStmt(n Node) string {
	switch n := n.(type) {
	case *Import, *ImportFrom:
		return "an import"
	case *Assign, *AnnAssign, *AugAssign:
		return "an assignment"
	case *Func:
		return "the function " + n.Name
	case *Class:
		return "the class " + n.Name
	case *If:
		return "an if statement"
	case *For, *While:
		return "a loop"
	case *Try:
		return "a try statement"
	case *With:
		return "a with statement"
	case *Match:
		return "a match statement"
	case *Del:
		return "a del statement"
	case *Raise, *Assert:
		return "a raise or assert statement"
	}
	return "this statement"
}
