package pysyntax

// Children calls visit for each direct part of n, in source order as far as
// Python evaluates it so (decorators and bases before bodies).
func Children(n Node, visit func(Node)) {
	switch n := n.(type) {
	case *Formatted:
		child(visit, n.Value)
		exprs(visit, n.Spec)
	case *FString:
		exprs(visit, n.Parts)
	case *Attr:
		child(visit, n.X)
	case *Subscript:
		child(visit, n.X, n.Index)
	case *Slice:
		child(visit, n.Lo, n.Hi, n.Step)
	case *Call:
		child(visit, n.Fun)
		exprs(visit, n.Args)
		parts(visit, n.Keywords)
	case *Keyword:
		child(visit, n.Value)
	case *Starred:
		child(visit, n.X)
	case *BinOp:
		child(visit, n.L, n.R)
	case *BoolOp:
		child(visit, n.L, n.R)
	case *Unary:
		child(visit, n.X)
	case *Compare:
		exprs(visit, n.Operands)
	case *Cond:
		child(visit, n.Then, n.Test, n.Else)
	case *Lambda:
		parts(visit, n.Params)
		child(visit, n.Body)
	case *Param:
		child(visit, n.Type, n.Default)
	case *Seq:
		exprs(visit, n.Items)
	case *Dict:
		for i := range n.Values {
			child(visit, n.Keys[i], n.Values[i])
		}
	case *Comp:
		parts(visit, n.Clauses)
		child(visit, n.Elt, n.Value)
	case *Clause:
		child(visit, n.Iter, n.Target)
		exprs(visit, n.Ifs)
	case *Await:
		child(visit, n.X)
	case *Yield:
		child(visit, n.X)
	case *Walrus:
		child(visit, n.Value)
		visit(n.Target)
	default:
		statement(n, visit)
	}
}

func statement(n Node, visit func(Node)) {
	switch n := n.(type) {
	case *ExprStmt:
		child(visit, n.X)
	case *Assign:
		child(visit, n.Value)
		exprs(visit, n.Targets)
	case *AnnAssign:
		child(visit, n.Type, n.Value, n.Target)
	case *AugAssign:
		child(visit, n.Target, n.Value)
	case *Return:
		child(visit, n.X)
	case *Del:
		exprs(visit, n.Targets)
	case *Raise:
		child(visit, n.X, n.Cause)
	case *Assert:
		child(visit, n.Test, n.Message)
	case *Import:
		parts(visit, n.Names)
	case *ImportFrom:
		parts(visit, n.Names)
	case *If:
		parts(visit, n.Branches)
		parts(visit, n.Else)
	case *Branch:
		child(visit, n.Test)
		parts(visit, n.Body)
	case *For:
		child(visit, n.Iter, n.Target)
		parts(visit, n.Body)
		parts(visit, n.Else)
	case *While:
		child(visit, n.Test)
		parts(visit, n.Body)
		parts(visit, n.Else)
	case *Try:
		parts(visit, n.Body)
		parts(visit, n.Handlers)
		parts(visit, n.Else)
		parts(visit, n.Finally)
	case *Handler:
		child(visit, n.Type)
		parts(visit, n.Body)
	case *With:
		parts(visit, n.Items)
		parts(visit, n.Body)
	case *WithItem:
		child(visit, n.X, n.Target)
	default:
		definition(n, visit)
	}
}

func definition(n Node, visit func(Node)) {
	switch n := n.(type) {
	case *Func:
		exprs(visit, n.Decorators)
		exprs(visit, n.TypeParams)
		parts(visit, n.Params)
		child(visit, n.Returns)
		parts(visit, n.Body)
	case *Class:
		exprs(visit, n.Decorators)
		exprs(visit, n.TypeParams)
		exprs(visit, n.Bases)
		parts(visit, n.Keywords)
		parts(visit, n.Body)
	case *Match:
		child(visit, n.Subject)
		parts(visit, n.Cases)
	case *Case:
		visit(n.Pattern)
		child(visit, n.Guard)
		parts(visit, n.Body)
	case *Pattern:
		child(visit, n.Value)
		exprs(visit, n.Keys)
		parts(visit, n.Subs)
	case *TypeAlias:
		child(visit, n.Target, n.Value)
	}
}

func child(visit func(Node), es ...Expr) {
	for _, e := range es {
		if e != nil {
			visit(e)
		}
	}
}

func exprs(visit func(Node), es []Expr) { child(visit, es...) }

func parts[N Node](visit func(Node), ns []N) {
	for _, n := range ns {
		visit(n)
	}
}

// Walk visits n and everything below it. Where visit gives false it does not
// go further down.
func Walk(n Node, visit func(Node) bool) {
	if visit(n) {
		Children(n, func(c Node) { Walk(c, visit) })
	}
}
