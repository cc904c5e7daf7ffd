import functools
import inspect
import logging
from typing import Any, Callable, Dict

logger = logging.getLogger(__name__)
REGISTRY: Dict[str, Callable[..., Any]] = {}

def register(name=None, **meta):
    def wrap(fn):
        @functools.wraps(fn)
        def inner(*args, **kwargs):
            logger.debug("%s(%s)", fn.__name__, ", ".join(map(repr, args)))
            return fn(*args, **kwargs)
        inner.meta = dict(meta, doc=inspect.getdoc(fn) or "", params=list(inspect.signature(fn).parameters))
        REGISTRY[name or fn.__name__] = inner
        return inner
    return wrap

@register("mean", dims=1)
def mean_pool(x):
    "The mean."
    return sum(x) / max(1, len(x))

@register(dims=1)
def max_pool(x):
    return max(x)

def run(name, x):
    try:
        fn = REGISTRY[name]
    except KeyError as e:
        raise ValueError(f"unknown pooling {name!r}; one of {sorted(REGISTRY)}") from e
    return fn(x)
