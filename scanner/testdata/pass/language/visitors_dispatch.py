"""Dispatch by name, by type and by table; the three ways teams route work."""
import functools
import inspect
import logging
import operator
from collections import defaultdict
from types import SimpleNamespace

logger = logging.getLogger(__name__)


class Visitor:
    def visit(self, node):
        method = getattr(self, "visit_" + node["type"], self.generic_visit)
        return method(node)

    def generic_visit(self, node):
        return [self.visit(child) for child in node.get("children", ())]


class TextOf(Visitor):
    def visit_text(self, node):
        return node["value"]

    def visit_paragraph(self, node):
        return " ".join(map(str, self.generic_visit(node)))

    visit_heading = visit_paragraph


class Service:
    """Finds its own handlers by name, as many services do."""

    def __init__(self):
        self.handlers = {
            name[len("handle_"):]: getattr(self, name)
            for name in dir(self)
            if name.startswith("handle_") and callable(getattr(self, name))
        }

    def handle_text(self, item):
        return {"length": len(item)}

    def handle_image(self, item):
        return {"pixels": item.size}

    def dispatch(self, kind, item):
        handler = getattr(self, f"handle_{kind}", None)
        if handler is None:
            raise ValueError(f"no handler for {kind!r}; have {sorted(self.handlers)}")
        return handler(item)

    def all_of(self, item, *kinds):
        return [getattr(self, "handle_%s" % kind)(item) for kind in kinds if hasattr(self, "handle_%s" % kind)]


OPERATORS = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
    "in": lambda a, b: a in b, "contains": operator.contains, "and": operator.and_, "not": operator.not_,
}


def matches(item, conditions):
    return all(OPERATORS[op](item.get(name), value) for name, op, value in conditions)


@functools.singledispatch
def jsonable(value):
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "model_dump"):
        return value.model_dump()
    raise TypeError(type(value).__name__)


@jsonable.register(dict)
def _(value):
    return {str(k): jsonable(v) for k, v in value.items()}


@jsonable.register(list)
@jsonable.register(tuple)
@jsonable.register(set)
def _(value):
    return [jsonable(v) for v in value]


for _kind in (str, int, float, bool, type(None)):
    jsonable.register(_kind, lambda value: value)


def accepted(fn, options):
    """Only those options that fn takes."""
    parameters = inspect.signature(fn).parameters
    if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values()):
        return options
    return {k: v for k, v in options.items() if k in parameters}


async def call(fn, *args, **options):
    result = fn(*args, **accepted(fn, options))
    return await result if inspect.isawaitable(result) else result


def group(items, key):
    getter = key if callable(key) else operator.itemgetter(key)
    groups = defaultdict(list)
    for item in items:
        groups[getter(item)].append(item)
    return SimpleNamespace(groups=dict(groups), n=len(groups))


upper = operator.methodcaller("upper")
names = operator.attrgetter("name", "kind.name")
