"""Exceptions as the host wants to hear of them: type, message, traceback."""
import importlib
import json
import os
import traceback

MESSAGE_MAX = 4096
TRACEBACK_MAX = 12288
OWN = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + os.sep
# Frames that say nothing to an author: the runner's, and those of importing.
HIDDEN = (OWN, "<frozen importlib", os.path.dirname(importlib.__file__) + os.sep)


class BadRequest(Exception):
    """The request's body is not what it must be; the author never sees it."""


def describe(exc):
    """JSON bytes of an exception, without the runner's own frames."""
    try:
        message = str(exc)
    except BaseException:
        message = "<exception whose str() failed>"
    try:
        text = _traceback(exc)
    except BaseException:
        text = ""
    if len(message) > MESSAGE_MAX:
        message = message[:MESSAGE_MAX] + "…"
    if len(text) > TRACEBACK_MAX:
        text = "…" + text[-TRACEBACK_MAX:]
    return json.dumps({"type": str(type(exc).__name__)[:200], "message": message, "traceback": text}).encode()


def _traceback(exc):
    summary = traceback.TracebackException.from_exception(exc, limit=-64)
    queue, seen = [summary], set()
    while queue:
        one = queue.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        kept = [f for f in one.stack if not f.filename.startswith(HIDDEN)]
        one.stack = traceback.StackSummary.from_list(kept)
        queue += [one.__cause__, one.__context__]
        queue += getattr(one, "exceptions", None) or []
    return "".join(summary.format())
