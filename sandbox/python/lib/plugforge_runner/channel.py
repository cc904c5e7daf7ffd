"""Frames to the host: a header of 16 bytes, then at most FRAME_MAX bytes.

Header, little endian: payload length (4), type (1), flags (1), zero (2),
call id (8). Frames of one loop turn leave in one send; an answer of many
frames lets those of other calls pass between its own.
"""
import collections
import struct

HEADER = struct.Struct("<IBBHQ")
FRAME_MAX = 256 << 10
MORE, TEST = 1, 2

LOAD, CALL, CANCEL, PING = 1, 2, 3, 4
READY, LOAD_FAILED = 16, 17
RAISED, BAD_REQUEST, CANCELLED, TOO_LARGE, PONG, META = 24, 25, 26, 27, 28, 29

# Whole multiples of a float part's item (9, 8 and 4 bytes), so that no item
# is cut in two.
CUT = FRAME_MAX // 72 * 72

_pack = HEADER.pack


def frame(kind, call, payload=b"", flags=0):
    return _pack(len(payload), kind, flags, 0, call) + payload


def answer_frames(call, parts):
    """The frames of an answer; the last lacks the flag MORE."""
    last = len(parts) - 1
    for i, (kind, data) in enumerate(parts):
        size = len(data)
        at = 0
        while True:
            chunk = data[at:at + CUT] if size > CUT else data
            at += CUT
            done = at >= size
            yield _pack(len(chunk), kind, 0 if done and i == last else MORE, 0, call) + chunk
            if done:
                break


class Channel:
    def __init__(self, loop, sock):
        self.loop, self.sock = loop, sock
        self.small = []                      # whole messages, next to leave
        self.long = collections.deque()      # iterators over frames
        self.rest = b""                      # of a send that took only a part
        self.flushing = False
        self.posted = collections.deque()    # from threads
        self.waking = False
        self.broken = False

    def send(self, data):
        self.small.append(data)
        if not self.flushing:
            self.flushing = True
            self.loop.call_soon(self.flush)

    def answer(self, call, parts):
        if len(parts) == 1 and len(parts[0][1]) <= CUT:
            kind, data = parts[0]
            return self.send(_pack(len(data), kind, 0, 0, call) + data)
        if sum(len(data) for _, data in parts) <= CUT:
            return self.send(b"".join(answer_frames(call, parts)))
        self.long.append(answer_frames(call, parts))
        self.send(b"")

    def post(self, what, *args):
        """Have the loop call what(*args); from any thread."""
        self.posted.append((what, args))
        if not self.waking:
            self.waking = True
            self.loop.call_soon_threadsafe(self._collect)

    def _collect(self):
        self.waking = False
        while self.posted:
            what, args = self.posted.popleft()
            what(*args)

    def flush(self):
        self.flushing = False
        if self.rest or self.broken:
            return
        while True:
            if self.small:
                data = self.small[0] if len(self.small) == 1 else b"".join(self.small)
                self.small.clear()
            else:
                data = b""
            if self.long:
                stream = self.long.popleft()
                piece = next(stream, None)
                if piece is not None:
                    self.long.append(stream)
                    data += piece
            if not data:
                if self.long:
                    continue
                return
            if not self._write(data):
                return

    def _write(self, data):
        try:
            sent = self.sock.send(data)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError:
            self.broken = True
            return False
        if sent == len(data):
            return True
        self.rest = data[sent:]
        self.loop.add_writer(self.sock.fileno(), self._writable)
        return False

    def _writable(self):
        self.loop.remove_writer(self.sock.fileno())
        data, self.rest = self.rest, b""
        if self._write(data):
            self.flush()
