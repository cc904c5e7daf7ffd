package manifest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What the schemas and the dependencies are compared with: the real ones. The
// comments of package manifest name the version of pydantic.
var oraclePackages = []string{"pydantic==2.14.3", "pydantic-core==2.50.4", "typing-extensions==4.16.0", "typing-inspection==0.4.5",
	"annotated-types==0.8.0", "email-validator==2.4.0", "packaging==26.3"}

// ask gives the answers of testdata/oracle.py to questions, in their order.
func ask(t *testing.T, questions []any) []json.RawMessage {
	t.Helper()
	python := oraclePython(t)
	var in bytes.Buffer
	e := json.NewEncoder(&in)
	for _, q := range questions {
		if err := e.Encode(q); err != nil {
			t.Fatal(err)
		}
	}
	script, err := os.ReadFile("testdata/oracle.py")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, python, "-E", "-c", string(script))
	cmd.Stdin = &in
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the oracle: %v\n%s", err, complaints.Bytes())
	}
	var answers []json.RawMessage
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var one json.RawMessage
		if err := d.Decode(&one); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, one)
	}
	if len(answers) != len(questions) {
		t.Fatalf("%d answers to %d questions\n%s", len(answers), len(questions), complaints.Bytes())
	}
	return answers
}

// oraclePython gives a Python that has the packages. Its virtual environment
// lies in the user's cache folder and is made once, from the package index
// that pip is set up for.
func oraclePython(t *testing.T) (python string) {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatalf("a cache folder for the oracle: %v", err)
	}
	dir := filepath.Join(cache, "plugforge-test", "manifest-"+strings.ReplaceAll(oraclePackages[0], "==", "-"))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	lock, err := os.Create(filepath.Join(dir, "lock")) // other test runs may be making it too
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	env, whole := filepath.Join(dir, "env"), filepath.Join(dir, "whole")
	python = filepath.Join(env, "bin", "python")
	want := strings.Join(oraclePackages, "\n")
	if got, err := os.ReadFile(whole); err == nil && string(got) == want {
		return python
	}
	if err := os.RemoveAll(env); err != nil { // what a killed run left, or another list
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	install := append([]string{python, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--retries", "2", "--timeout", "20"}, oraclePackages...)
	for _, c := range []struct {
		mend string
		args []string
	}{
		{"python3-venv may be missing: make setup installs it", []string{"/usr/bin/python3", "-m", "venv", env}},
		{"this test needs the package index once; try again where pip reaches it", install},
	} {
		if out, err := exec.CommandContext(ctx, c.args[0], c.args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("the oracle can't be installed into %s (%s)\n%s: %v\n%s", env, c.mend, strings.Join(c.args, " "), err, out)
		}
	}
	if err := os.WriteFile(whole, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
	return python
}
