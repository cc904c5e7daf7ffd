"""Undo, redo, snapshots and diffs of settings: __getattr__, __slots__, copy, json, weak references."""
import bisect
import copy
import difflib
import enum
import json
import pprint
import textwrap
import weakref
from collections import deque, namedtuple
from contextlib import contextmanager
from datetime import datetime, timezone

Change = namedtuple("Change", "at path old new")
_missing = object()


class Status(enum.Enum):
    OPEN = "open"
    CLOSED = "closed"

    @classmethod
    def _missing_(cls, value):
        return next((m for m in cls if m.value == str(value).lower()), None)

    @property
    def next(self):
        members = list(type(self))
        return members[(members.index(self) + 1) % len(members)]


class Tree:
    """Nested settings: t["a.b"], t.a.b, t.set("a.b", 1)."""

    __slots__ = ("_data", "_listeners", "__weakref__")

    def __init__(self, data=None):
        self._data = copy.deepcopy(dict(data or {}))
        self._listeners = weakref.WeakSet()

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        try:
            value = self._data[name]
        except KeyError:
            close = difflib.get_close_matches(name, self._data, n=1)
            raise AttributeError(f"no {name!r}" + (f"; did you mean {close[0]!r}?" if close else "")) from None
        return Tree(value) if isinstance(value, dict) else value

    def __getitem__(self, path):
        node = self._data
        for part in path.split("."):
            node = node[int(part)] if isinstance(node, list) else node[part]
        return node

    def get(self, path, default=None):
        try:
            return self[path]
        except (KeyError, IndexError, TypeError, ValueError):
            return default

    def set(self, path, value):
        *parents, leaf = path.split(".")
        node = self._data
        for part in parents:
            node = node.setdefault(part, {})
        old = node.get(leaf, _missing)
        if value is _missing:
            node.pop(leaf, None)
        else:
            node[leaf] = value
        for listener in list(self._listeners):
            listener.changed(Change(datetime.now(timezone.utc), path, old, value))

    def watch(self, listener):
        self._listeners.add(listener)

    def __iter__(self):
        stack = deque([("", self._data)])
        while stack:
            prefix, node = stack.popleft()
            for key, value in node.items():
                path = f"{prefix}.{key}" if prefix else key
                if isinstance(value, dict):
                    stack.append((path, value))
                else:
                    yield path, value

    def __eq__(self, other):
        return isinstance(other, Tree) and dict(self) == dict(other)

    __hash__ = None

    def __deepcopy__(self, memo):
        return type(self)(self._data)

    def __str__(self):
        return pprint.pformat(self._data, width=60, compact=True)

    def dumps(self):
        return json.dumps(self._data, indent=2, sort_keys=True, default=lambda o: getattr(o, "value", repr(o)))


class History:
    def __init__(self, tree, limit=100):
        self.tree, self.done, self.undone = tree, deque(maxlen=limit), []
        self._quiet = False
        tree.watch(self)

    def changed(self, change):
        if not self._quiet:
            self.done.append(change)
            self.undone.clear()

    @contextmanager
    def quiet(self):
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def undo(self):
        change = self.done.pop()
        with self.quiet():
            self.tree.set(change.path, change.old)
        self.undone.append(change)
        return change

    def redo(self):
        change = self.undone.pop()
        with self.quiet():
            self.tree.set(change.path, change.new)
        self.done.append(change)

    def since(self, when):
        times = [c.at for c in self.done]
        return list(self.done)[bisect.bisect_left(times, when):]


def diff(a, b):
    lines = difflib.unified_diff(a.dumps().splitlines(), b.dumps().splitlines(), "before", "after", lineterm="", n=1)
    return textwrap.indent("\n".join(lines), "  ")


class Borg:
    _shared: dict = {}

    def __init__(self):
        self.status = self._shared.setdefault("status", Status("OPEN"))

    def advance(self):
        self._shared["status"] = self.status = self.status.next
        return self.status
