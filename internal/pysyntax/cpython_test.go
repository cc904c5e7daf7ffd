package pysyntax_test

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"io"
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
	p := &cpython{}
	if err := p.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	return p
}

func (p *cpython) start() error {
	p.cmd = exec.Command("/usr/bin/python3", "-I", "testdata/facts.py")
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	p.in, p.out = in, bufio.NewReaderSize(out, 1<<20)
	return p.cmd.Start()
}

func (p *cpython) stop() {
	p.in.Close()
	_ = p.cmd.Wait() // what it made of its last text is no concern of the test
}

// sees asks for one text. A text that ends CPython twice counts as refused.
func (p *cpython) sees(src []byte) (seen, error) {
	s, err := p.ask(src)
	for tries := 0; err != nil && tries < 2; tries++ {
		p.stop()
		if err := p.start(); err != nil {
			return seen{}, err
		}
		if tries == 1 {
			return seen{Refused: "it ended"}, nil
		}
		s, err = p.ask(src)
	}
	return s, err
}

func (p *cpython) ask(src []byte) (s seen, err error) {
	late := time.AfterFunc(30*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	if _, err := p.in.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(src))), src...)); err != nil {
		return s, err
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(line, &s)
}
