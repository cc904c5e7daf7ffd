//go:build !linux

package main

import "context"

// server checks what a server needs here.
func (d *doctor) server(context.Context, doctorOptions) {
	d.bad("system", "a server runs plugins on Linux only", "run it on a Linux machine; every other command works here")
}
