"""Reads the host's frames, starts calls, ends with the socket."""
import asyncio
import gc
import json
import logging
import os
import signal
import socket
import sys

from . import answers, faults, loading
from .calls import AsyncCalls, SyncCalls, base_context
from .channel import (BAD_REQUEST, CALL, CANCEL, CANCELLED, HEADER, LOAD, LOAD_FAILED, META, MORE, PING, PONG, RAISED,
                      READY, TEST, TOO_LARGE, Channel, frame)

_LIMIT = 1 << 18


def _no_constant(name):
    raise ValueError(f"{name} is not JSON")


_decode = json.JSONDecoder(parse_constant=_no_constant).decode


def parse_request(body):
    """(inputs, parameters) of a request's JSON; BadRequest says what is wrong."""
    try:
        request = _decode(str(body, "utf-8")) if body else {}
    except UnicodeDecodeError:
        raise faults.BadRequest("the body is not UTF-8") from None
    except RecursionError:
        raise faults.BadRequest("the body is nested too deeply") from None
    except ValueError as exc:
        raise faults.BadRequest(f"the body is not JSON: {exc}") from None
    if type(request) is not dict:
        raise faults.BadRequest('the body must be an object such as {"inputs": {}, "parameters": {}}')
    inputs, parameters = request.get("inputs"), request.get("parameters")
    if inputs is None:
        inputs = {}
    elif type(inputs) is not dict:
        raise faults.BadRequest("inputs must be an object")
    if parameters is None:
        parameters = {}
    elif type(parameters) is not dict:
        raise faults.BadRequest("parameters must be an object")
    return inputs, parameters


class Service:
    def __init__(self, loop, sock):
        self.loop, self.sock = loop, sock
        self.channel = Channel(loop, sock)
        self.buffer = b""
        self.bodies = {}
        self.calls = None
        self.cap = 0
        self.params = ""
        self.main_thread = True

    def run(self):
        self._load(self._first_frame())
        self.sock.setblocking(False)
        self.loop.add_reader(self.sock.fileno(), self._readable)
        self.loop.add_signal_handler(signal.SIGTERM, self.loop.stop)
        while True:
            try:
                return self.loop.run_forever()
            except (SystemExit, KeyboardInterrupt) as exc:
                # From a task of the author's own; the call that made it goes on.
                logging.getLogger("plugforge").error("a background task raised %s", type(exc).__name__)

    def _first_frame(self):
        head = self._exactly(HEADER.size)
        size, kind, _, _, _ = HEADER.unpack(head)
        if kind != LOAD:
            raise SystemExit("the first frame must say what to load")
        return json.loads(self._exactly(size))

    def _exactly(self, n):
        data = b""
        while len(data) < n:
            more = self.sock.recv(n - len(data))
            if not more:
                raise SystemExit(0)
            data += more
        return data

    def _load(self, config):
        self.cap = config["answer_cap"]
        self.params = config["params"]
        asyncio.set_event_loop(self.loop)
        try:
            # Late, so that an interpreter that waits has nothing but the runner.
            from .handlers import Handler
            handler = Handler(loading.import_realtime(config["name"], config["root"]))
        except BaseException as exc:
            self.sock.sendall(frame(LOAD_FAILED, 0, faults.describe(exc)))
            raise SystemExit(1) from None
        asyncio.set_event_loop(self.loop)  # an asyncio.run of the author's took it away
        base = base_context()
        self.async_calls = AsyncCalls(self.loop, base, handler.invoke, self._done)
        if handler.is_async:
            self.calls = self.async_calls
        else:
            self.calls = SyncCalls(self.channel, base, handler.invoke, self._done_in_thread,
                                   self.async_calls.adopt, max(1, config["max_concurrency"]))
        gc.freeze()
        self.sock.sendall(frame(READY, 0, json.dumps({"inference": handler.name[:200]}).encode()))

    def _readable(self):
        try:
            data = self.sock.recv(_LIMIT)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            return self.loop.stop()
        if self.buffer:
            data = self.buffer + data
        at, end = 0, len(data)
        while end - at >= 16:
            size, kind, flags, _, call = HEADER.unpack_from(data, at)
            if end - at - 16 < size:
                break
            body = data[at + 16:at + 16 + size]
            at += 16 + size
            if kind == CALL:
                self._call(call, flags, body)
            elif kind == CANCEL:
                self._cancel(call)
            elif kind == PING:
                self.channel.send(frame(PONG, call))
        self.buffer = data[at:] if at < end else b""
        if self.channel.small or self.channel.long:
            self.channel.flush()

    def _call(self, call, flags, body):
        if flags & MORE:
            self.bodies.setdefault(call, []).append(body)
            return
        if call in self.bodies:
            body = b"".join(self.bodies.pop(call)) + body
        try:
            inputs, parameters = parse_request(body)
        except faults.BadRequest as exc:
            return self.channel.send(frame(BAD_REQUEST, call, str(exc).encode("utf-8", "replace")[:2048]))
        if self.params:
            # Read anew for each call, so that none sees what another changed in them.
            parameters = {**_decode(self.params), **parameters}
        self.calls.start(call, inputs, parameters, flags & TEST)

    def _cancel(self, call):
        if self.bodies.pop(call, None) is not None:
            return self.channel.send(frame(CANCELLED, call))
        if not self.calls.cancel(call):
            self.async_calls.cancel(call)

    def _encode(self, call, test, result, fault):
        """(parts, frame): one of them None."""
        if fault is None:
            try:
                parts = answers.encode(result, self.cap)
                head = frame(META, call, json.dumps({"type": type(result).__name__[:200]}).encode()) if test else b""
                return parts, head
            except answers.TooLarge:
                return None, frame(TOO_LARGE, call)
            except BaseException as exc:
                fault = exc
        if isinstance(fault, asyncio.CancelledError):
            return None, frame(CANCELLED, call)
        return None, frame(RAISED, call, faults.describe(fault))

    def _done(self, call, test, result, fault):
        self._send(call, *self._encode(call, test, result, fault))

    def _done_in_thread(self, call, test, result, fault):
        self.channel.post(self._send, call, *self._encode(call, test, result, fault))

    def _send(self, call, parts, head):
        if head:
            self.channel.send(head)
        if parts is not None:
            self.channel.answer(call, parts)


def _leave(sock):
    """Cuts a forked child, such as one of a multiprocessing pool, off from the
    calls, and its SIGTERM from this process's loop: they share its wakeup socket.
    A child's child is cut off already; its descriptors and signals are its own."""
    if sock.fileno() < 0:
        return
    sock.close()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def main(fd):
    sock = socket.socket(fileno=fd)
    sock.set_inheritable(False)
    # A signal that came between fork and _leave would be the parent's, too.
    waiting = {signal.SIGTERM}
    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, waiting),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, waiting),
        after_in_child=lambda: (_leave(sock), signal.pthread_sigmask(signal.SIG_UNBLOCK, waiting)),
    )
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    loop = asyncio.new_event_loop()
    Service(loop, sock).run()
    # Handler threads may never end; what they hold goes with the process.
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)
