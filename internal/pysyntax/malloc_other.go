//go:build !linux

package pysyntax

func plainMalloc() {}
