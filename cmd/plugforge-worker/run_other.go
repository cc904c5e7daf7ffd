//go:build !linux

package main

import "errors"

func run() error { return errors.New("replicas run on Linux only") }
