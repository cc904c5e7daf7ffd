package main

import (
	"errors"
	"io/fs"
	"os"
	"testing"
)

// The address that a killed server left is gone once the next one has the data
// folder, before it listens; its own is gone when it gives the folder up.
func TestAddressIsOfTheServerThatRuns(t *testing.T) {
	data := t.TempDir()
	if err := writeAddress(data, "127.0.0.1:1"); err != nil {
		t.Fatal(err)
	}
	gone := func(when string) {
		t.Helper()
		if _, err := os.Stat(addressFile(data)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s the address file is there (%v)", when, err)
		}
	}
	drop, err := takeData(data)
	if err != nil {
		t.Fatal(err)
	}
	gone("before the server listens")
	if err := writeAddress(data, "127.0.0.1:2"); err != nil {
		t.Fatal(err)
	}
	if _, err := takeData(data); err == nil {
		t.Fatal("two servers have one data folder")
	}
	if content, err := os.ReadFile(addressFile(data)); err != nil || string(content) != "127.0.0.1:2\n" {
		t.Errorf("who was refused the folder touched the address: %q, %v", content, err)
	}
	drop()
	gone("after a stop")
}
