package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"reflect"
	"strings"
	"unicode/utf8"

	"plugforge"
)

const (
	manageLimit   = 1 << 20  // bytes of a management call's body
	realtimeLimit = 16 << 20 // bytes of a realtime call's body
	mostNesting   = 32       // of a management call's JSON
	mostMessage   = 10_000   // characters of a commit message or reason
	mostDescribed = 500      // characters of a description
	readAtOnce    = 64 << 10 // a body up to here is read into one piece
)

// readJSON gives the body's bytes, checked for size and type but not decoded.
// Without a body it gives nil.
func (c *call) readJSON(limit int64) ([]byte, error) {
	if c.bodyEnd {
		return nil, nil
	}
	if err := c.checkJSONType(); err != nil {
		return nil, err
	}
	size := c.r.ContentLength
	if size > limit {
		return nil, plugforge.Errorf(plugforge.CodeTooLarge, "the body is %d bytes long, over its limit of %d", size, limit)
	}
	reader := c.body(limit, "the body")
	// A declared length is a claim: memory is spent as bytes come.
	var err error
	buf := bytes.NewBuffer(make([]byte, 0, max(bytes.MinRead, min(size, readAtOnce)+bytes.MinRead)))
	if _, err = buf.ReadFrom(reader); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

func (c *call) checkJSONType() error {
	if encoding := c.r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return plugforge.Errorf(plugforge.CodeUnsupportedMedia, "Content-Encoding %s is not taken: send the body as it is", quoted(encoding))
	}
	given := c.r.Header.Get("Content-Type")
	if given == "" || given == "application/json" {
		return nil
	}
	kind, params, err := mime.ParseMediaType(given)
	if charset := params["charset"]; err != nil || kind != "application/json" || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return plugforge.Errorf(plugforge.CodeUnsupportedMedia, "Content-Type %s is not taken: send application/json", quoted(given))
	}
	return nil
}

// decodeBody reads the body of a management call into T, a flat struct of the
// generated types. Fields that T does not have are ignored, repeated ones
// refused; null stands for a field left out. Every fault is named at once.
// Without a body (or with null) T stays empty if optional.
func decodeBody[T any](c *call, optional bool) (T, error) {
	var into T
	body, err := c.readJSON(manageLimit)
	if err != nil {
		return into, err
	}
	body = bytes.TrimSpace(body)
	if optional && (len(body) == 0 || string(body) == "null") {
		return into, nil
	}
	if err := checkJSON(body); err != nil {
		return into, err
	}
	var f faults
	if body[0] != '{' {
		f.add("object_type", "must be a JSON object", "body")
		return into, f.err()
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(body, &given); err != nil {
		f.add("json_invalid", wrongJSON(body, 0, err), "body")
		return into, f.err()
	}
	fill(reflect.ValueOf(&into).Elem(), given, &f)
	return into, f.err()
}

// fill sets each field of the struct by its exact JSON name.
func fill(into reflect.Value, given map[string]json.RawMessage, f *faults) {
	for i := range into.NumField() {
		name, _, _ := strings.Cut(into.Type().Field(i).Tag.Get("json"), ",")
		field := into.Field(i)
		raw, there := given[name]
		switch optional := field.Kind() == reflect.Pointer; {
		case optional && (!there || string(raw) == "null"):
		case !there:
			f.add("missing", "is missing", "body", name)
		default:
			if json.Unmarshal(raw, field.Addr().Interface()) != nil || string(raw) == "null" {
				kind, want := wanted(field.Type())
				f.add(kind, "must be "+want, "body", name)
			}
		}
	}
}

func wanted(t reflect.Type) (kind, want string) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.String:
		return "string_type", "a string"
	case reflect.Bool:
		return "bool_type", "true or false"
	case reflect.Int, reflect.Int64:
		return "int_type", "an integer"
	}
	return "type_error", "a " + t.Kind().String()
}

// checkJSON refuses what is not JSON, not UTF-8, nested too deeply, or says a
// field twice, which two readers could take for different requests.
func checkJSON(body []byte) error {
	var f faults
	if !utf8.Valid(body) {
		f.add("json_invalid", "is not UTF-8", "body")
		return f.err()
	}
	if len(body) == 0 {
		f.add("missing", "is missing: send a JSON object", "body")
		return f.err()
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := walkJSON(dec, []string{"body"}, &f); err != nil {
		f = faults{}
		f.add("json_invalid", wrongJSON(body, dec.InputOffset(), err), "body")
	} else if _, err := dec.Token(); len(f) == 0 && !errors.Is(err, io.EOF) {
		f.add("json_invalid", wrongJSON(body, dec.InputOffset(), errors.New("more after the value's end")), "body")
	}
	return f.err()
}

// walkJSON reads one value, with loc leading to it.
func walkJSON(dec *json.Decoder, loc []string, f *faults) error {
	token, err := dec.Token()
	if err != nil {
		return err
	}
	open, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	if len(loc) > mostNesting {
		return fmt.Errorf("nested more than %d levels", mostNesting)
	}
	seen := map[string]bool{}
	for i := 0; dec.More(); i++ {
		step := fmt.Sprint(i)
		if open == '{' {
			token, err := dec.Token()
			if err != nil {
				return err
			}
			step = token.(string)
			if seen[step] {
				f.add("duplicate_field", "is given twice", append(append([]string{}, loc...), step)...)
			}
			seen[step] = true
		}
		if err := walkJSON(dec, append(loc[:len(loc):len(loc)], step), f); err != nil {
			return err
		}
	}
	_, err = dec.Token()
	return err
}

func wrongJSON(body []byte, offset int64, err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		offset = syntax.Offset
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "is not whole JSON: it ends too early"
	}
	before := body[:min(max(offset, 0), int64(len(body)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n') - 1
	return fmt.Sprintf("is not JSON at line %d column %d: %v", line, max(column, 1), err)
}

// text checks an optional string's length and gives it, "" for none.
func (f *faults) text(value *string, most int, name string) string {
	if value == nil {
		return ""
	}
	if n := utf8.RuneCountInString(*value); n > most {
		f.add("string_too_long", fmt.Sprintf("is %d characters long: use at most %d", n, most), "body", name)
	}
	if strings.ContainsRune(*value, 0) {
		f.add("value_error", "holds a NUL character", "body", name)
	}
	return *value
}
