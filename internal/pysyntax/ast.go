package pysyntax

// Node is an Expr, a Stmt, or one of their parts (Param, Keyword, Handler,
// Clause, Pattern, Alias).
type Node interface {
	// Start and End are byte offsets into File.Src.
	Start() int
	End() int
}

// Span is where a node lies in File.Src, as byte offsets.
type Span struct{ From, To int32 }

// Start is the offset of the first byte.
func (s Span) Start() int { return int(s.From) }

// End is the offset after the last byte.
func (s Span) End() int { return int(s.To) }

// Expr is an expression.
type Expr interface {
	Node
	expr()
}

// Stmt is a statement.
type Stmt interface {
	Node
	stmt()
}

// ConstKind tells the literals apart.
type ConstKind uint8

// The kinds of Const.
const (
	None ConstKind = iota
	True
	False
	Ellipsis
	Int
	Float
	Complex
	Str
	Bytes
)

// The expressions.
type (
	// Name is an identifier, NFKC-normalised as CPython does.
	Name struct {
		Span
		ID string
	}
	// Const is a literal. Text is the decoded value of a Str or Bytes
	// (surrogates as their three-byte form, which is not UTF-8), the digits of
	// a number without underscores, and empty for the rest.
	Const struct {
		Span
		Kind  ConstKind
		Text  string
		Lossy bool // a \N{…} outside ASCII stands in Text as U+FFFD
	}
	// FString is an f-string, or adjacent strings of which one is an f-string.
	FString struct {
		Span
		Parts []Expr // *Const and *Formatted
	}
	// Formatted is one {…} of an FString.
	Formatted struct {
		Span
		Value      Expr
		Conversion byte // 'r', 's', 'a' or 0
		Spec       []Expr
		HasSpec    bool
	}
	// Attr is X.Name.
	Attr struct {
		Span
		X    Expr
		Name string
	}
	// Subscript is X[Index]; several indexes are a Seq of TupleSeq.
	Subscript struct {
		Span
		X, Index Expr
	}
	// Slice is Lo:Hi:Step, each nil if missing.
	Slice struct {
		Span
		Lo, Hi, Step Expr
	}
	// Call is Fun(Args…, Keywords…).
	Call struct {
		Span
		Fun      Expr
		Args     []Expr
		Keywords []*Keyword
	}
	// Starred is *X.
	Starred struct {
		Span
		X     Expr
		loose bool // X is of operators that bind less tightly than |
	}
	// BinOp is L Op R for arithmetic and bit operators.
	BinOp struct {
		Span
		Op   string
		L, R Expr
	}
	// BoolOp is L and R, L or R.
	BoolOp struct {
		Span
		Op   string
		L, R Expr
	}
	// Unary is Op X; Op is one of + - ~ not.
	Unary struct {
		Span
		Op string
		X  Expr
	}
	// Compare is Operands[0] Ops[0] Operands[1] Ops[1] ….
	Compare struct {
		Span
		Ops      []string
		Operands []Expr
	}
	// Cond is Then if Test else Else.
	Cond struct {
		Span
		Test, Then, Else Expr
	}
	// Lambda is lambda Params: Body.
	Lambda struct {
		Span
		Params []*Param
		Body   Expr
	}
	// Seq is a list, tuple or set display, or such a target.
	Seq struct {
		Span
		Kind  SeqKind
		Items []Expr
	}
	// Dict is a dictionary display; the key of a ** entry is nil.
	Dict struct {
		Span
		Keys, Values []Expr
	}
	// Comp is a comprehension. Value is set for dictionaries only.
	Comp struct {
		Span
		Kind       CompKind
		Elt, Value Expr
		Clauses    []*Clause
	}
	// Await is await X.
	Await struct {
		Span
		X Expr
	}
	// Yield is yield X or yield from X; X may be nil.
	Yield struct {
		Span
		X    Expr
		From bool
	}
	// Walrus is Target := Value.
	Walrus struct {
		Span
		Target *Name
		Value  Expr
	}
)

// SeqKind tells displays apart.
type SeqKind uint8

// The kinds of Seq.
const (
	ListSeq SeqKind = iota
	TupleSeq
	SetSeq
)

// CompKind tells comprehensions apart.
type CompKind uint8

// The kinds of Comp.
const (
	ListComp CompKind = iota
	SetComp
	DictComp
	Generator
)

// Parts of expressions.
type (
	// Keyword is Name=Value in a call; ** has an empty Name.
	Keyword struct {
		Span
		Name  string
		Value Expr
	}
	// Param is one parameter. Stars is 0, 1 for *Name and 2 for **Name.
	Param struct {
		Span
		Name          string
		Stars         int
		Type, Default Expr
	}
	// Clause is for Target in Iter if Ifs….
	Clause struct {
		Span
		Target, Iter Expr
		Ifs          []Expr
		Async        bool
	}
	// Alias is Name as As in an import; As is empty without "as".
	Alias struct {
		Span
		Name, As string
	}
	// Handler is one except clause.
	Handler struct {
		Span
		Type Expr // nil: catches all
		Name string
		Body []Stmt
	}
	// Branch is one if or elif.
	Branch struct {
		Span
		Test Expr
		Body []Stmt
	}
	// WithItem is X as Target; Target may be nil.
	WithItem struct {
		Span
		X, Target Expr
	}
	// Case is one case of a match.
	Case struct {
		Span
		Pattern *Pattern
		Guard   Expr
		Body    []Stmt
	}
	// Pattern is what a case matches.
	Pattern struct {
		Span
		Kind     PatternKind
		Value    Expr     // PatternValue; the class of a PatternClass
		Name     string   // what a capture, star or as binds; empty for _
		Keys     []Expr   // PatternMapping: keys of the first Subs
		Keywords []string // PatternClass: "" for positional Subs
		Subs     []*Pattern
	}
)

// PatternKind tells patterns apart.
type PatternKind uint8

// The kinds of Pattern.
const (
	PatternCapture PatternKind = iota // a name, or _
	PatternValue                      // a literal or a dotted name
	PatternStar                       // *Name or **Name
	PatternSequence
	PatternMapping
	PatternClass
	PatternOr
	PatternAs // Subs[0] as Name
)

// The statements.
type (
	// ExprStmt is an expression alone.
	ExprStmt struct {
		Span
		X Expr
	}
	// Assign is Targets[0] = Targets[1] = … = Value.
	Assign struct {
		Span
		Targets []Expr
		Value   Expr
	}
	// AnnAssign is Target: Type = Value; Value may be nil.
	AnnAssign struct {
		Span
		Target, Type, Value Expr
	}
	// AugAssign is Target Op Value; Op includes the =.
	AugAssign struct {
		Span
		Op            string
		Target, Value Expr
	}
	// Return is return X; X may be nil.
	Return struct {
		Span
		X Expr
	}
	// Del is del Targets.
	Del struct {
		Span
		Targets []Expr
	}
	// Raise is raise X from Cause; both may be nil.
	Raise struct {
		Span
		X, Cause Expr
	}
	// Assert is assert Test, Message; Message may be nil.
	Assert struct {
		Span
		Test, Message Expr
	}
	// Simple is pass, break or continue.
	Simple struct {
		Span
		Word string
	}
	// Outer is global Names or nonlocal Names.
	Outer struct {
		Span
		Global bool
		Names  []string
	}
	// Import is import Names.
	Import struct {
		Span
		Names []*Alias
	}
	// ImportFrom is from Module import Names, with Level leading dots. Star
	// has no Names.
	ImportFrom struct {
		Span
		Level  int
		Module string
		Where  Span // of the module's name and dots
		Names  []*Alias
		Star   bool
	}
	// If is if, elif, …, else.
	If struct {
		Span
		Branches []*Branch
		Else     []Stmt
	}
	// For is for Target in Iter.
	For struct {
		Span
		Async        bool
		Target, Iter Expr
		Body, Else   []Stmt
	}
	// While is while Test.
	While struct {
		Span
		Test       Expr
		Body, Else []Stmt
	}
	// Try is try with all its clauses.
	Try struct {
		Span
		Body          []Stmt
		Handlers      []*Handler
		Else, Finally []Stmt
	}
	// With is with Items.
	With struct {
		Span
		Async bool
		Items []*WithItem
		Body  []Stmt
	}
	// Func is a function definition.
	Func struct {
		Span
		Name       string
		Async      bool
		Decorators []Expr
		TypeParams []Expr
		Params     []*Param
		Returns    Expr
		Body       []Stmt
	}
	// Class is a class definition.
	Class struct {
		Span
		Name       string
		Decorators []Expr
		TypeParams []Expr
		Bases      []Expr
		Keywords   []*Keyword
		Body       []Stmt
	}
	// Match is match Subject.
	Match struct {
		Span
		Subject Expr
		Cases   []*Case
	}
	// TypeAlias is type Target = Value.
	TypeAlias struct {
		Span
		Target, Value Expr
	}
)

func (*Name) expr()      {}
func (*Const) expr()     {}
func (*FString) expr()   {}
func (*Formatted) expr() {}
func (*Attr) expr()      {}
func (*Subscript) expr() {}
func (*Slice) expr()     {}
func (*Call) expr()      {}
func (*Starred) expr()   {}
func (*BinOp) expr()     {}
func (*BoolOp) expr()    {}
func (*Unary) expr()     {}
func (*Compare) expr()   {}
func (*Cond) expr()      {}
func (*Lambda) expr()    {}
func (*Seq) expr()       {}
func (*Dict) expr()      {}
func (*Comp) expr()      {}
func (*Await) expr()     {}
func (*Yield) expr()     {}
func (*Walrus) expr()    {}

func (*ExprStmt) stmt()   {}
func (*Assign) stmt()     {}
func (*AnnAssign) stmt()  {}
func (*AugAssign) stmt()  {}
func (*Return) stmt()     {}
func (*Del) stmt()        {}
func (*Raise) stmt()      {}
func (*Assert) stmt()     {}
func (*Simple) stmt()     {}
func (*Outer) stmt()      {}
func (*Import) stmt()     {}
func (*ImportFrom) stmt() {}
func (*If) stmt()         {}
func (*For) stmt()        {}
func (*While) stmt()      {}
func (*Try) stmt()        {}
func (*With) stmt()       {}
func (*Func) stmt()       {}
func (*Class) stmt()      {}
func (*Match) stmt()      {}
func (*TypeAlias) stmt()  {}
