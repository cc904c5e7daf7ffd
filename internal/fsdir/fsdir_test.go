package fsdir_test

import (
	"errors"
	"io"
	"io/fs"
	"testing"
	"testing/fstest"

	"plugforge/internal/fsdir"
)

func TestOpen(t *testing.T) {
	tree := fstest.MapFS{"a": {}, "b": {}, "c": {}}
	entries, err := tree.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	info, err := tree.Stat(".")
	if err != nil {
		t.Fatal(err)
	}
	f := fsdir.Open("folder", info, entries)
	if got, err := f.Stat(); got != info || err != nil {
		t.Errorf("Stat: %v, %v", got, err)
	}
	var wrong *fs.PathError
	if _, err := f.Read(make([]byte, 1)); !errors.As(err, &wrong) || wrong.Path != "folder" {
		t.Errorf("Read: %v", err)
	}
	for _, step := range []struct {
		ask, got int
		err      error
	}{{2, 2, nil}, {2, 1, nil}, {2, 0, io.EOF}, {-1, 0, nil}} {
		list, err := f.ReadDir(step.ask)
		if len(list) != step.got || err != step.err {
			t.Errorf("ReadDir(%d): %d entries, %v", step.ask, len(list), err)
		}
		if _ = append(list, nil); entries[2] == nil {
			t.Error("the list reaches into what is left")
		}
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
