// Command plugforge-worker is the first program inside a replica's sandbox.
//
// The server starts it; it is of no use by hand. It shakes hands through
// go-plugin, starts Python with the call socket when told to, hands Python's
// output on in bounded lines, tells how Python is, and ends it. The author's
// code runs under the same user id beside it, so it makes itself undumpable
// first of all: its memory and descriptors are then out of that code's reach.
// The server trusts nothing of what it says all the same.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "plugforge-worker:", err)
		os.Exit(1)
	}
}
