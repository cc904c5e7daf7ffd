package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/pflag"

	"plugforge"
	"plugforge/scanner"
)

// additions is the flag --scan-allow: the operator's policy file.
type additions struct{ file string }

const additionsName = "scan-allow"

func (a *additions) flag(f *pflag.FlagSet) {
	f.StringVar(&a.file, additionsName, "", "FILE of modules to allow and rules to let authors suppress (plugforge help lint)")
}

// read gives what the file adds to the rules; without one, nothing.
func (a additions) read() (p scanner.Policy, err error) {
	if a.file == "" {
		return p, nil
	}
	f, err := os.Open(a.file)
	if err != nil {
		return p, a.unreadable(err)
	}
	defer f.Close()
	// One byte more than is read tells that the file is too large.
	text, err := io.ReadAll(io.LimitReader(f, scanner.MaxPolicyFile+1))
	if err != nil {
		return p, a.unreadable(err)
	}
	p, err = scanner.ParsePolicy(a.file, text)
	if err != nil {
		return p, &badPolicy{err}
	}
	return p, nil
}

// readFor is read for a command whose flags have no environment variables: the
// one named is looked at, since it changes nothing of what is sent.
func (a additions) readFor(variable string) (scanner.Policy, error) {
	if a.file == "" {
		a.file = os.Getenv(variable)
	}
	return a.read()
}

func (a additions) unreadable(err error) error {
	var file *fs.PathError
	if errors.As(err, &file) {
		err = file.Err
	}
	return usageError{fmt.Errorf("--%s %s can't be read: %s", additionsName, plugforge.Printable(a.file), err)}
}

// badPolicy is a policy file that says what can't be.
type badPolicy struct{ err error }

func (e *badPolicy) Error() string { return e.err.Error() }
func (e *badPolicy) Unwrap() error { return e.err }
func (e *badPolicy) hint() string {
	return "plugforge help lint, which shows such a file"
}
