package pysyntax

import (
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strings"
	"unicode/utf8"
)

func (f *folder) text(e Node, s string) Value {
	if len(s) > mostText {
		return f.fail(e, "a string of more than %d bytes", mostText)
	}
	f.spend(e, len(s))
	return Value{e, s}
}

func (f *folder) repeat(e Node, s string, times *big.Int) Value {
	if times.Sign() <= 0 || s == "" {
		return f.text(e, "")
	}
	if !times.IsInt64() || times.Int64() > mostText/int64(len(s)) {
		return f.fail(e, "a string of more than %d bytes", mostText)
	}
	return f.text(e, strings.Repeat(s, int(times.Int64())))
}

// textOp is an operator whose left side is a string.
func (f *folder) textOp(e *BinOp, x string, r Value) Value {
	switch y := r.V.(type) {
	case string:
		switch e.Op {
		case "+":
			return f.text(e, x+y)
		case "%":
			return f.percent(e, x, []Value{r})
		}
	case *big.Int:
		switch e.Op {
		case "*":
			return f.repeat(e, x, y)
		case "%":
			return f.percent(e, x, []Value{r})
		}
	case []Value:
		if e.Op == "%" {
			return f.percent(e, x, y)
		}
	}
	return f.fail(e, "the operator %s over these", e.Op)
}

// percent formats with %s, %d, %c and %%, and knows no flags.
func (f *folder) percent(e Node, format string, args []Value) Value {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		if i++; i == len(format) {
			return f.fail(e, "a format that ends in %%")
		}
		if format[i] == '%' {
			b.WriteByte('%')
			continue
		}
		if len(args) == 0 {
			return f.fail(e, "a format of more values than it gets")
		}
		s, ok := plain(args[0])
		if n, isInt := args[0].V.(*big.Int); isInt && format[i] == 'c' && n.IsInt64() && n.Int64() < 0x80 {
			s = string(rune(n.Int64()))
		}
		if !ok || !strings.ContainsRune("sdc", rune(format[i])) {
			return f.fail(e, "the format %%%c", format[i])
		}
		b.WriteString(s)
		args = args[1:]
	}
	return f.text(e, b.String())
}

// plain is str() of a string or a whole number.
func plain(v Value) (string, bool) {
	switch x := v.V.(type) {
	case string:
		return x, true
	case *big.Int:
		return x.String(), true
	}
	return "", false
}

func (f *folder) fstring(e *FString, s *Scope) Value {
	var b strings.Builder
	for _, p := range e.Parts {
		switch p := p.(type) {
		case *Const:
			b.WriteString(p.Text)
			if p.Lossy {
				return f.fail(p, `a \N{…} escape for a character outside ASCII`)
			}
		case *Formatted:
			text, ok := plain(f.fold(p.Value, s))
			if !ok || p.Conversion != 0 && p.Conversion != 's' || p.HasSpec {
				return f.fail(p, "this part of an f-string")
			}
			b.WriteString(text)
		}
	}
	return f.text(e, b.String())
}

// call folds string methods and the builtins that make strings.
func (f *folder) call(e *Call, s *Scope) Value {
	if len(e.Keywords) > 0 || anyStarred(e.Args) {
		return f.fail(e, "a call")
	}
	if name, ok := e.Fun.(*Name); ok && len(e.Args) == 1 {
		if variables, _ := f.n.Lookup(s, name.ID, name.Start()); len(variables) > 0 {
			return f.fail(e, "a call")
		}
		return f.builtin(e, name.ID, f.fold(e.Args[0], s))
	}
	attr, ok := e.Fun.(*Attr)
	if !ok {
		return f.fail(e, "a call")
	}
	args := make([]Value, len(e.Args))
	for i, a := range e.Args {
		args[i] = f.fold(a, s)
	}
	if root, ok := attr.X.(*Name); ok && len(args) == 1 {
		if v, ok := f.decoder(e, root, attr.Name, args[0], s); ok {
			return v
		}
	}
	on := f.fold(attr.X, s)
	if f.failed != nil {
		return on
	}
	switch x := on.V.(type) {
	case string:
		return f.method(e, x, attr.Name, args)
	case ByteString:
		if attr.Name == "decode" && utf8.ValidString(string(x)) {
			return f.text(e, string(x))
		}
	}
	return f.fail(e, "a call")
}

func (f *folder) builtin(e *Call, name string, arg Value) Value {
	switch x := arg.V.(type) {
	case *big.Int:
		if name == "chr" && x.IsInt64() && x.Int64() >= 0 && x.Int64() <= utf8.MaxRune {
			return f.text(e, string(rune(x.Int64())))
		}
		if name == "str" {
			return f.text(e, x.String())
		}
	case string:
		if name == "str" {
			return f.text(e, x)
		}
		if r, n := utf8.DecodeRuneInString(x); name == "ord" && n == len(x) && n > 0 {
			return Value{e, big.NewInt(int64(r))}
		}
		if name == "reversed" || name == "list" || name == "tuple" {
			return f.letters(e, x, name == "reversed")
		}
	case []Value:
		if name == "bytes" || name == "bytearray" {
			var b strings.Builder
			for _, v := range x {
				n, ok := v.V.(*big.Int)
				if !ok || !n.IsInt64() || n.Int64() < 0 || n.Int64() > 255 {
					return f.fail(e, "a call")
				}
				b.WriteByte(byte(n.Int64()))
			}
			return Value{e, ByteString(b.String())}
		}
		if name == "list" || name == "tuple" {
			return Value{e, x}
		}
		if name == "reversed" {
			out := []Value{}
			for i := len(x) - 1; i >= 0; i-- {
				out = append(out, x[i])
			}
			return Value{e, out}
		}
	}
	return f.fail(e, "a call")
}

func (f *folder) letters(e Node, s string, backwards bool) Value {
	if !f.spend(e, valueSize*utf8.RuneCountInString(s)) {
		return Value{e, []Value{}}
	}
	out := []Value{}
	for _, r := range s {
		out = append(out, Value{e, string(r)})
	}
	if backwards {
		for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
			out[i], out[j] = out[j], out[i]
		}
	}
	return Value{e, out}
}

// decoder folds what turns one constant text into another.
func (f *folder) decoder(e *Call, root *Name, method string, arg Value, s *Scope) (Value, bool) {
	text := ""
	switch x := arg.V.(type) {
	case string:
		text = x
	case ByteString:
		text = string(x)
	default:
		return Value{}, false
	}
	for _, origin := range f.n.nameOrigins(root, s) {
		var out []byte
		var err error
		switch origin + "." + method {
		case "base64.b64decode", "base64.standard_b64decode", "binascii.a2b_base64":
			out, err = base64.StdEncoding.DecodeString(text)
		case "builtins.bytes.fromhex", "builtins.bytearray.fromhex", "binascii.unhexlify", "binascii.a2b_hex":
			out, err = hex.DecodeString(strings.ReplaceAll(text, " ", ""))
		default:
			continue
		}
		if err == nil && len(out) <= mostText && f.spend(e, len(out)) {
			return Value{e, ByteString(out)}, true
		}
	}
	return Value{}, false
}

func (f *folder) method(e *Call, x, name string, args []Value) Value {
	texts := make([]string, 0, len(args))
	for _, a := range args {
		if t, ok := a.V.(string); ok {
			texts = append(texts, t)
		}
	}
	allText := len(texts) == len(args)
	switch {
	case name == "join" && len(args) == 1:
		items, ok := args[0].V.([]Value)
		if text, isText := args[0].V.(string); isText {
			items, ok = f.letters(e, text, false).V.([]Value)
		}
		var parts []string
		for _, item := range items {
			t, isText := item.V.(string)
			ok = ok && isText
			parts = append(parts, t)
		}
		if ok {
			return f.text(e, strings.Join(parts, x))
		}
	case name == "format":
		return f.format(e, x, args)
	case name == "replace" && allText && len(texts) == 2 && texts[0] != "" && len(x)*(len(texts[1])+1) <= mostText:
		return f.text(e, strings.ReplaceAll(x, texts[0], texts[1]))
	case name == "lower" && len(args) == 0, name == "casefold" && len(args) == 0:
		return f.text(e, strings.ToLower(x))
	case name == "upper" && len(args) == 0:
		return f.text(e, strings.ToUpper(x))
	case name == "strip" && len(args) == 0:
		return f.text(e, strings.TrimSpace(x))
	case name == "strip" && allText && len(texts) == 1:
		return f.text(e, strings.Trim(x, texts[0]))
	case name == "removeprefix" && allText && len(texts) == 1:
		return f.text(e, strings.TrimPrefix(x, texts[0]))
	case name == "removesuffix" && allText && len(texts) == 1:
		return f.text(e, strings.TrimSuffix(x, texts[0]))
	case name == "encode" && len(args) <= 1:
		return Value{e, ByteString(x)}
	case name == "split" && len(args) <= 1 && allText:
		parts := strings.Fields(x)
		if len(texts) == 1 && texts[0] != "" {
			parts = strings.Split(x, texts[0])
		}
		out := []Value{}
		if !f.spend(e, valueSize*len(parts)) {
			return Value{At: e}
		}
		for _, p := range parts {
			out = append(out, Value{e, p})
		}
		return Value{e, out}
	}
	return f.fail(e, "a call")
}

// format folds {} and {0} with neither attributes nor formats.
func (f *folder) format(e *Call, x string, args []Value) Value {
	var b strings.Builder
	next := 0
	for len(x) > 0 {
		open := strings.IndexByte(x, '{')
		if open < 0 {
			b.WriteString(x)
			break
		}
		end := strings.IndexByte(x[open:], '}')
		if end < 0 {
			return f.fail(e, "a call")
		}
		b.WriteString(x[:open])
		field := x[open+1 : open+end]
		x = x[open+end+1:]
		at := next
		if len(field) == 1 && field[0] >= '0' && field[0] <= '9' {
			at = int(field[0] - '0')
		} else if field != "" {
			return f.fail(e, "a call")
		}
		next++
		if at >= len(args) {
			return f.fail(e, "a call")
		}
		t, ok := plain(args[at])
		if !ok {
			return f.fail(e, "a call")
		}
		b.WriteString(t)
	}
	return f.text(e, b.String())
}
