"""The original client's classes, watched: what was called, what it answered.

Nothing of the client is changed. A Watched calls its methods by name and keeps
count of which have answered and which have raised, so that the end of a run
can say what was left out.
"""
import json
import sys

from mixpeek.exceptions import ApiException
from mixpeek.models.error_response import ErrorResponse
from mixpeek.models.http_validation_error import HTTPValidationError

TIMEOUT = 30  # seconds a call may take

faults = []


def fault(text):
    line = sys._getframe(1)
    while line.f_code.co_filename == __file__:
        line = line.f_back
    faults.append(f"drive.py:{line.f_lineno}: {text}")


def check(what, holds):
    if not holds:
        fault(f"{what} does not hold")


def says(what, text, *parts):
    for part in parts:
        if part not in (text or ""):
            fault(f"{what} is {text!r}, which does not say {part!r}")


def same(what, got, want):
    if got != want or type(got) is not type(want):
        fault(f"{what} is {got!r}, want {want!r}")


def fields(model, **want):
    """Compares a typed answer's fields, which are attributes, with what is wanted."""
    for name, value in want.items():
        same(f"{type(model).__name__}.{name}", getattr(model, name), value)


class Watched:
    def __init__(self, api, key):
        self.api, self.key = api, key
        self.answered, self.raised = set(), set()

    def methods(self):
        """The calls that the class has, without the variants of each."""
        variants = ("_with_http_info", "_without_preload_content", "_serialize")
        return {n for n in dir(self.api) if callable(getattr(self.api, n)) and not n.startswith("_") and not n.endswith(variants)}

    def call(self, method, *args, key=None, **named):
        named["authorization"] = f"Bearer {key or self.key}"
        return getattr(self.api, method)(*args, _request_timeout=TIMEOUT, **named)

    def want(self, kind, method, *args, **named):
        """Calls and gives the answer, which must be of that class."""
        answer = self.call(method, *args, **named)
        if type(answer) is not kind:
            fault(f"{method} answered a {type(answer).__name__}, want {kind.__name__}")
        self.answered.add(method)
        return answer

    def refused(self, exception, status, error_type, data, method, *args, **named):
        """Calls and gives the exception, which must be of that class.

        data is the class that the client reads the body into, None where its
        description has none for the status.
        """
        try:
            answer = self.call(method, *args, **named)
        except ApiException as e:
            self.raised.add(method)
            self._told(e, exception, status, error_type, data, method)
            return e
        fault(f"{method} answered {answer!r}, want {exception.__name__}")

    def _told(self, e, exception, status, error_type, data, method):
        if type(e) is not exception or e.status != status:
            fault(f"{method} raised {type(e).__name__} {e.status}, want {exception.__name__} {status}: {e.body}")
            return
        if type(e.data) is not (data or type(None)):
            fault(f"{method}: the error is read as {type(e.data).__name__}, want {data}: {e.body}")
            return
        if isinstance(e.data, ErrorResponse):
            fields(e.data, success=False, status=status)
            same("error.type", e.data.error.type, error_type)
            check("error.message is told", e.data.error.message)
        if isinstance(e.data, HTTPValidationError):
            first = e.data.detail[0]
            check("detail tells where, what and why", first.loc[0].actual_instance and first.msg and first.type)
        same("the body's error.type", json.loads(e.body)["error"]["type"], error_type)
