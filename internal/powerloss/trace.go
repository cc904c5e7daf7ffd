package powerloss

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// Call is one system call that succeeded.
type Call struct {
	Name string
	Args []Arg
	Ret  int64
	// Begun is how many calls had ended when it began: what it syncs is what
	// was written by then.
	Begun int
}

// Arg is one argument: a number or flags as they stand, the bytes of a string,
// or the path of a file descriptor.
type Arg struct {
	Text string
	Path string // of a file descriptor; " (deleted)" is cut off
	Gone bool   // the path was deleted
	Data []byte // of a string
}

// Int is the argument as a number; 0 if it is none.
func (a Arg) Int() int64 {
	n, _ := strconv.ParseInt(a.Text, 0, 64)
	return n
}

var (
	whole   = regexp.MustCompile(`^(\d+) +([a-z0-9_]+)\((.*)\) += (-?\d+)(<[^>]*>)?(?:\(deleted\))?( .*)?$`)
	cut     = regexp.MustCompile(`^(\d+) +([a-z0-9_]+)\((.*) <unfinished \.\.\.>$`)
	resumed = regexp.MustCompile(`^(\d+) +<\.\.\. ([a-z0-9_]+) resumed>(.*)$`)
)

// ReadTrace reads strace's output and gives the calls that succeeded, in the
// order in which they ended.
func ReadTrace(r io.Reader) ([]Call, error) {
	type half struct {
		text  string
		begun int
	}
	open := map[string]half{}
	var calls []Call
	lines := bufio.NewReaderSize(r, 1<<20)
	for {
		line, err := lines.ReadString('\n')
		if line = strings.TrimSuffix(line, "\n"); line != "" {
			begun := len(calls)
			if m := cut.FindStringSubmatch(line); m != nil {
				open[m[1]] = half{m[1] + " " + m[2] + "(" + m[3], begun}
				line = ""
			} else if m := resumed.FindStringSubmatch(line); m != nil {
				line, begun = open[m[1]].text+m[3], open[m[1]].begun
				delete(open, m[1])
			}
			if m := whole.FindStringSubmatch(line); m != nil {
				call, bad := parse(m, begun)
				if bad != nil {
					return nil, fmt.Errorf("%w in %.200q", bad, line)
				}
				if call.Ret >= 0 {
					calls = append(calls, call)
				}
			}
		}
		if err == io.EOF {
			return calls, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func parse(m []string, begun int) (Call, error) {
	c := Call{Name: m[2], Begun: begun}
	c.Ret, _ = strconv.ParseInt(m[4], 10, 64)
	rest := m[3]
	for rest != "" {
		var a Arg
		var err error
		if a, rest, err = argument(rest); err != nil {
			return c, err
		}
		c.Args = append(c.Args, a)
		rest = strings.TrimPrefix(rest, ", ")
	}
	return c, nil
}

// argument cuts the first argument off.
func argument(s string) (a Arg, rest string, err error) {
	if s[0] == '"' {
		text, rest, ok := strings.Cut(s[1:], `"`)
		if !ok || strings.HasPrefix(rest, "...") {
			return a, "", fmt.Errorf("a string is cut short")
		}
		a.Data, err = unhex(text)
		return a, rest, err
	}
	end := strings.IndexAny(s, ",<")
	switch {
	case strings.HasPrefix(s, "[") || strings.HasPrefix(s, "{"): // of writev and the like: not told apart
		return Arg{Text: s}, "", nil
	case end < 0:
		return Arg{Text: s}, "", nil
	case s[end] == ',':
		return Arg{Text: s[:end]}, s[end:], nil
	}
	a.Text = s[:end]
	text, rest, ok := strings.Cut(s[end+1:], ">")
	if !ok {
		return a, "", fmt.Errorf("a path is cut short")
	}
	path, err := unhex(text)
	a.Path = string(path)
	rest, a.Gone = strings.CutPrefix(rest, "(deleted)")
	return a, rest, err
}

func unhex(text string) ([]byte, error) {
	if !strings.HasPrefix(text, `\x`) {
		return []byte(text), nil // an empty string, or the name of what has no path
	}
	return hex.DecodeString(strings.ReplaceAll(text, `\x`, ""))
}
