package sandbox

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A frame is a header of headerSize bytes and at most frameMax of payload.
// Header, little endian: payload length (4), type (1), flags (1), zero (2),
// call id (8). python/lib/plugforge_runner/channel.py is the other end.
const (
	headerSize = 16
	frameMax   = 256 << 10
)

type frameType uint8

const (
	frameLoad   frameType = 1
	frameCall   frameType = 2
	frameCancel frameType = 3
	framePing   frameType = 4

	frameReady      frameType = 16
	frameLoadFailed frameType = 17
	frameText       frameType = 18 // a piece of the answer's JSON
	frameList64     frameType = 19 // floats, each after the letter g
	frameFloat64    frameType = 20
	frameFloat32    frameType = 21
	frameRaised     frameType = 24
	frameBadRequest frameType = 25
	frameCancelled  frameType = 26
	frameTooLarge   frameType = 27
	framePong       frameType = 28
	frameMeta       frameType = 29
)

const (
	flagMore = 1 // the message goes on in another frame of this call
	flagTest = 2 // with frameCall: tell the value's type too
)

type header struct {
	size  uint32
	kind  frameType
	flags uint8
	call  uint64
}

// errFrame is why a replica's bytes are no frames; it ends the replica.
var errFrame = errors.New("broken frame")

// parseHeader reads a header that a replica sent. The length is bounded here,
// before anyone allocates by it.
func parseHeader(b *[headerSize]byte) (header, error) {
	h := header{
		size:  binary.LittleEndian.Uint32(b[0:]),
		kind:  frameType(b[4]),
		flags: b[5],
		call:  binary.LittleEndian.Uint64(b[8:]),
	}
	switch {
	case h.size > frameMax:
		return h, fmt.Errorf("%w: %d bytes of payload where %d is the most", errFrame, h.size, frameMax)
	case b[6] != 0 || b[7] != 0:
		return h, fmt.Errorf("%w: bytes that must be zero are not", errFrame)
	case h.flags&^flagMore != 0:
		return h, fmt.Errorf("%w: flags %#x", errFrame, h.flags)
	case h.flags != 0 && !h.kind.isPart():
		return h, fmt.Errorf("%w: a message of type %d cannot go on", errFrame, h.kind)
	case h.kind < frameReady || h.kind > frameFloat32 && h.kind < frameRaised || h.kind > frameMeta:
		return h, fmt.Errorf("%w: type %d", errFrame, h.kind)
	case h.size%h.kind.item() != 0:
		return h, fmt.Errorf("%w: %d bytes of floats of %d each", errFrame, h.size, h.kind.item())
	}
	return h, nil
}

// isPart tells what carries a piece of an answer.
func (t frameType) isPart() bool { return t >= frameText && t <= frameFloat32 }

// item is the size of what a payload is an array of.
func (t frameType) item() uint32 {
	switch t {
	case frameList64:
		return 9
	case frameFloat64:
		return 8
	case frameFloat32:
		return 4
	}
	return 1
}

// appendFrame appends a frame that goes to a replica.
func appendFrame(dst []byte, kind frameType, flags uint8, call uint64, payload []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(payload)))
	dst = append(dst, byte(kind), flags, 0, 0)
	dst = binary.LittleEndian.AppendUint64(dst, call)
	return append(dst, payload...)
}

// readFrame reads one frame's header and its payload into a slice of its own.
func readFrame(r io.Reader) (header, []byte, error) {
	var raw [headerSize]byte
	if _, err := io.ReadFull(r, raw[:]); err != nil {
		return header{}, nil, err
	}
	h, err := parseHeader(&raw)
	if err != nil {
		return h, nil, err
	}
	payload := make([]byte, h.size)
	if _, err := io.ReadFull(r, payload); err != nil {
		return h, nil, err
	}
	return h, payload, nil
}
