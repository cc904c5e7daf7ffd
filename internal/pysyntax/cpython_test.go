package pysyntax_test

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// cpython is a Python process that tells what its own ast sees.
type cpython struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// seen is what CPython makes of a text: facts, or why it refuses it.
type seen struct {
	Facts   []string
	Refused string
}

func startCPython(t testing.TB) *cpython {
	t.Helper()
	p := &cpython{cmd: exec.Command("/usr/bin/python3", "-I", "testdata/facts.py")}
	p.cmd.Stderr = os.Stderr
	in, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.in, p.out = in, bufio.NewReaderSize(out, 1<<20)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.in.Close()
		p.cmd.Wait()
	})
	return p
}

// sees asks for one text. CPython may take half a minute.
func (p *cpython) sees(src []byte) (seen, error) {
	late := time.AfterFunc(30*time.Second, func() { p.cmd.Process.Kill() })
	defer late.Stop()
	if _, err := p.in.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(src))), src...)); err != nil {
		return seen{}, err
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return seen{}, fmt.Errorf("CPython ended: %w", err)
	}
	var s seen
	err = json.Unmarshal(line, &s)
	return s, err
}
