package pysyntax

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Value is what a constant expression gives. V is nil for None, or a bool,
// *big.Int, float64, string, ByteString, []Value or []Entry.
type Value struct {
	At Node // the expression it came from
	V  any
}

// valueSize is what a Value takes in memory, about.
const valueSize = 48

// ByteString is the value of a bytes expression.
type ByteString string

// Entry is one item of a dictionary; a later one of the same key wins.
type Entry struct{ Key, Value Value }

// Unfoldable says which part of an expression has no constant value, and why.
type Unfoldable struct {
	At  Node
	Why string // "a call", "the name x, which is not a constant of this file"
}

const (
	mostText  = 64 << 10 // bytes of a folded string
	mostFolds = 100_000  // steps of one Fold
	mostBytes = 4 << 20  // bytes that one Fold makes

	allFolds = 20_000_000 // steps of all Folds of a file
	allBytes = 64 << 20   // bytes that they make
)

// folds remembers what names fold to, and what folding has cost.
type folds struct {
	known map[Expr]folded // by the value that a name is assigned
	steps int
	bytes int
}

type folded struct {
	value  Value
	failed *Unfoldable
	steps  int
	bytes  int
}

// Spent tells whether the file's constants cost more to put together than is
// spent on a file: what Fold gave up on then may be constant.
func (n *Names) Spent() bool { return n.folds.steps > allFolds || n.folds.bytes > allBytes }

// Fold gives the value of e in s if it is constant: a literal, a name that is
// assigned once to a constant, displays of them, and operators and string
// methods over them that are sure to give the same everywhere.
func (n *Names) Fold(e Expr, s *Scope) (Value, *Unfoldable) {
	f := &folder{n: n, busy: map[Expr]bool{}}
	v := f.fold(e, s)
	n.folds.steps += f.steps - f.again.steps
	n.folds.bytes += f.bytes - f.again.bytes
	if f.failed != nil {
		return Value{}, f.failed
	}
	return v, nil
}

// FoldString is Fold for who wants a string or nothing.
func (n *Names) FoldString(e Expr, s *Scope) (string, bool) {
	v, bad := n.Fold(e, s)
	if bad != nil {
		return "", false
	}
	text, ok := v.V.(string)
	return text, ok
}

type folder struct {
	n      *Names
	steps  int
	bytes  int
	busy   map[Expr]bool
	failed *Unfoldable
	broke  bool                       // failed for what it cost, not for what it is
	again  struct{ steps, bytes int } // of those, what was remembered
}

// spend takes bytes from what the fold may make.
func (f *folder) spend(at Node, bytes int) bool {
	if f.bytes += bytes; f.bytes > mostBytes && f.failed == nil {
		f.broke = true
		f.fail(at, "an expression that makes more than %d bytes", mostBytes)
	}
	return f.failed == nil
}

func (f *folder) fail(at Node, format string, args ...any) Value {
	if f.failed == nil {
		f.failed = &Unfoldable{at, fmt.Sprintf(format, args...)}
	}
	return Value{At: at}
}

func (f *folder) fold(e Expr, s *Scope) Value {
	if f.failed != nil {
		return Value{At: e}
	}
	if f.steps++; f.steps > mostFolds || f.n.Spent() {
		f.broke = true
		return f.fail(e, "an expression of too many parts")
	}
	switch e := e.(type) {
	case *Const:
		return f.constant(e)
	case *Name:
		return f.name(e, s)
	case *Seq:
		return f.seq(e, s)
	case *Dict:
		return f.dict(e, s)
	case *Unary:
		return f.unary(e, s)
	case *BinOp:
		l, r := f.fold(e.L, s), f.fold(e.R, s)
		if f.failed != nil {
			return l
		}
		return f.binary(e, l, r)
	case *FString:
		return f.fstring(e, s)
	case *Call:
		return f.call(e, s)
	case *Subscript:
		return f.subscript(e, s)
	case *Walrus:
		return f.fold(e.Value, s)
	}
	return f.fail(e, "%s", Describe(e))
}

func (f *folder) constant(e *Const) Value {
	v := Value{At: e}
	switch e.Kind {
	case None:
	case True, False:
		v.V = e.Kind == True
	case Int:
		i, ok := new(big.Int).SetString(e.Text, 0)
		if !ok && strings.Trim(e.Text, "0") == "" {
			i, ok = new(big.Int), true // Python lets 00 be 0
		}
		if !ok || len(e.Text) > 4300 {
			return f.fail(e, "the number %.20s", e.Text)
		}
		v.V = i
	case Float:
		x, err := strconv.ParseFloat(e.Text, 64)
		if err != nil {
			return f.fail(e, "the number %.20s, which is too large", e.Text)
		}
		v.V = x
	case Str:
		if e.Lossy {
			return f.fail(e, `a \N{…} escape for a character outside ASCII`)
		}
		v.V = e.Text
	case Bytes:
		v.V = ByteString(e.Text)
	default:
		return f.fail(e, "%s", Describe(e))
	}
	return v
}

func (f *folder) name(e *Name, s *Scope) Value {
	value, where := f.n.Constant(e, s)
	if value == nil {
		return f.fail(e, "the name %s, which this file does not assign once to a constant", e.ID)
	}
	if f.busy[value] {
		return f.fail(e, "the name %s, which is defined by itself", e.ID)
	}
	if got, ok := f.n.folds.known[value]; ok {
		if got.failed != nil && f.failed == nil {
			f.failed = got.failed
		}
		// Who writes the value out has it once more.
		f.again.steps, f.again.bytes = f.again.steps+got.steps, f.again.bytes+got.bytes
		f.steps += got.steps
		f.spend(e, got.bytes)
		return got.value
	}
	steps, bytes := f.steps, f.bytes
	f.busy[value] = true
	v := f.fold(value, where)
	delete(f.busy, value)
	if f.n.settled && !f.broke && (f.failed == nil || len(f.busy) == 0) { // in a ring, failing depends on where one starts
		f.n.folds.known[value] = folded{v, f.failed, f.steps - steps, f.bytes - bytes}
	}
	return v
}

func (f *folder) seq(e *Seq, s *Scope) Value {
	if e.Kind == SetSeq {
		return f.fail(e, "a set")
	}
	items := []Value{}
	for _, item := range e.Items {
		if star, ok := item.(*Starred); ok {
			inner, ok := f.fold(star.X, s).V.([]Value)
			if !ok {
				return f.fail(item, "* of what is not a list")
			}
			if !f.spend(item, valueSize*len(inner)) {
				return Value{At: e}
			}
			items = append(items, inner...)
		} else {
			items = append(items, f.fold(item, s))
		}
		if len(items) > mostFolds {
			return f.fail(e, "a list of too many items")
		}
	}
	return Value{e, items}
}

func (f *folder) dict(e *Dict, s *Scope) Value {
	entries := []Entry{}
	for i, value := range e.Values {
		v := f.fold(value, s)
		if e.Keys[i] != nil {
			entries = append(entries, Entry{f.fold(e.Keys[i], s), v})
			continue
		}
		inner, ok := v.V.([]Entry)
		if !ok {
			return f.fail(value, "** of what is not a dictionary")
		}
		if !f.spend(value, 2*valueSize*len(inner)) {
			return Value{At: e}
		}
		if entries = append(entries, inner...); len(entries) > mostFolds {
			return f.fail(e, "a dictionary of too many items")
		}
	}
	return Value{e, entries}
}

func (f *folder) unary(e *Unary, s *Scope) Value {
	v := f.fold(e.X, s)
	switch x := v.V.(type) {
	case *big.Int:
		switch e.Op {
		case "-":
			return Value{e, new(big.Int).Neg(x)}
		case "+":
			return Value{e, x}
		}
	case float64:
		switch e.Op {
		case "-":
			return Value{e, -x}
		case "+":
			return Value{e, x}
		}
	case bool:
		if e.Op == "not" {
			return Value{e, !x}
		}
	}
	return f.fail(e, "the operator %s here", e.Op)
}

func (f *folder) binary(e *BinOp, l, r Value) Value {
	switch x := l.V.(type) {
	case string:
		return f.textOp(e, x, r)
	case ByteString:
		if y, ok := r.V.(ByteString); ok && e.Op == "+" && len(x)+len(y) <= mostText && f.spend(e, len(x)+len(y)) {
			return Value{e, x + y}
		}
	case []Value:
		if y, ok := r.V.([]Value); ok && e.Op == "+" && len(x)+len(y) <= mostFolds && f.spend(e, valueSize*(len(x)+len(y))) {
			return Value{e, append(append([]Value{}, x...), y...)}
		}
	case []Entry:
		if y, ok := r.V.([]Entry); ok && e.Op == "|" && len(x)+len(y) <= mostFolds && f.spend(e, 2*valueSize*(len(x)+len(y))) {
			return Value{e, append(append([]Entry{}, x...), y...)}
		}
	case *big.Int:
		if text, ok := r.V.(string); ok && e.Op == "*" {
			return f.repeat(e, text, x)
		}
		if y, ok := r.V.(*big.Int); ok && x.BitLen() < 256 && y.BitLen() < 256 {
			return f.intOp(e, x, y)
		}
		if y, ok := r.V.(float64); ok {
			asFloat, _ := new(big.Float).SetInt(x).Float64()
			return f.floatOp(e, asFloat, y)
		}
	case float64:
		switch y := r.V.(type) {
		case float64:
			return f.floatOp(e, x, y)
		case *big.Int:
			asFloat, _ := new(big.Float).SetInt(y).Float64()
			return f.floatOp(e, x, asFloat)
		}
	}
	return f.fail(e, "the operator %s over these", e.Op)
}

func (f *folder) intOp(e *BinOp, x, y *big.Int) Value {
	switch e.Op {
	case "+":
		return Value{e, new(big.Int).Add(x, y)}
	case "-":
		return Value{e, new(big.Int).Sub(x, y)}
	case "*":
		return Value{e, new(big.Int).Mul(x, y)}
	case "**":
		if y.Sign() >= 0 && y.IsInt64() && y.Int64() <= 64 {
			return Value{e, new(big.Int).Exp(x, y, nil)}
		}
	case "^":
		return Value{e, new(big.Int).Xor(x, y)}
	case "<<":
		if y.Sign() >= 0 && y.IsInt64() && y.Int64() <= 128 {
			return Value{e, new(big.Int).Lsh(x, uint(y.Int64()))}
		}
	case "//":
		if y.Sign() > 0 && x.Sign() >= 0 {
			return Value{e, new(big.Int).Div(x, y)}
		}
	case "%":
		if y.Sign() > 0 {
			return Value{e, new(big.Int).Mod(x, y)}
		}
	case "/":
		if y.Sign() != 0 {
			q, _ := new(big.Rat).SetFrac(x, y).Float64()
			return Value{e, q}
		}
	}
	return f.fail(e, "the operator %s over these numbers", e.Op)
}

func (f *folder) floatOp(e *BinOp, x, y float64) Value {
	switch {
	case e.Op == "+":
		return Value{e, x + y}
	case e.Op == "-":
		return Value{e, x - y}
	case e.Op == "*":
		return Value{e, x * y}
	case e.Op == "/" && y != 0:
		return Value{e, x / y}
	}
	return f.fail(e, "the operator %s over these numbers", e.Op)
}
