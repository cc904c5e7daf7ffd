package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"syscall"

	"plugforge"
)

// begin takes the data folder and the address. A folder that is there is taken
// first, for who starts a second server on it should hear of that; one that is
// not is made only once the address is this server's.
func begin(o serveOptions) (_ net.Listener, leave func(), err error) {
	var ends []func()
	leave = func() {
		for _, end := range slices.Backward(ends) {
			end()
		}
	}
	defer func() {
		if err != nil {
			leave()
		}
	}()
	there, err := checkData(o.data)
	if err != nil {
		return nil, leave, err
	}
	take := func() error {
		drop, err := takeData(o.data)
		if err == nil {
			ends = append(ends, drop)
		}
		return err
	}
	if there {
		if err = take(); err != nil {
			return nil, leave, err
		}
	}
	listener, err := net.Listen("tcp", o.listen)
	if err != nil {
		return nil, leave, listenError(o.listen, err)
	}
	ends = append(ends, func() { listener.Close() })
	if !there {
		err = take()
	}
	return listener, leave, err
}

// listenError says what to do about an address that can't be listened on.
func listenError(address string, err error) error {
	_, port, _ := net.SplitHostPort(address)
	number, _ := net.LookupPort("tcp", port)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return &hinted{plugforge.Errorf(plugforge.CodeInternal, "another program listens on %s already", address),
			"choose another port with --listen, such as 127.0.0.1:8081; port 0 takes a free one"}
	case errors.Is(err, syscall.EACCES) && number < 1024:
		return &hinted{plugforge.Errorf(plugforge.CodeInternal, "this user may not listen on port %s: ports under 1024 are for root", port),
			"choose a port from 1024 up with --listen, such as 127.0.0.1:8080, or run it as root"}
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return &hinted{plugforge.Errorf(plugforge.CodeInternal, "no interface of this machine has the address of --listen %s", address),
			"choose one that it has, such as 127.0.0.1:8080"}
	}
	return fmt.Errorf("can't listen on --listen %s: %w", address, err)
}

// checkPublicURL refuses what URLs given out can't start with.
func checkPublicURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.ContainsAny(text, "?#") {
		return usageError{fmt.Errorf("--public-url %s is not what a URL can start with: use http:// or https://, a host and, if need be, a port and a path, such as https://plugins.example.com", plugforge.Printable(text))}
	}
	return nil
}
