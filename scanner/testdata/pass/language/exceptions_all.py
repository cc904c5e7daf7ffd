"""Errors with causes, notes and groups; an extractor that says what to do about each."""
import contextlib
import errno
import functools
import logging
import sys
import traceback
import warnings
from typing import Optional

logger = logging.getLogger(__name__)


class ExtractorError(Exception):
    """The root of ours; ``retryable`` tells callers whether to come back."""

    retryable = False

    def __init__(self, *args, hint: Optional[str] = None, **details):
        super().__init__(*args)
        self.hint, self.details = hint, details

    def __str__(self):
        text = super().__str__()
        return f"{text} (hint: {self.hint})" if self.hint else text

    def __reduce__(self):
        return type(self), self.args


class BadInput(ExtractorError, ValueError):
    pass


class Overloaded(ExtractorError):
    retryable = True


class LegacyWarning(DeprecationWarning):
    pass


def translate(*kinds, to=ExtractorError, hint=None):
    def decorate(fn):
        @functools.wraps(fn)
        def wrapper(*args, **kwargs):
            try:
                return fn(*args, **kwargs)
            except kinds as err:
                raise to(f"{fn.__name__}: {err}", hint=hint) from err

        return wrapper

    return decorate


@translate(KeyError, TypeError, to=BadInput, hint="send {'text': '...'}")
def read(request):
    return request["text"].strip()


def describe(err: BaseException, limit: int = 5) -> dict:
    chain, seen = [], set()
    current: Optional[BaseException] = err
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        chain.append({"type": type(current).__name__, "message": str(current), "notes": list(getattr(current, "__notes__", []))})
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return {"chain": chain, "tail": traceback.format_exc(limit=limit).splitlines()[-limit:]}


def run_all(tasks):
    errors, results = [], []
    for name, task in tasks.items():
        try:
            results.append(task())
        except Exception as err:
            err.add_note(f"in task {name}")
            errors.append(err)
    if errors:
        raise ExceptionGroup(f"{len(errors)} of {len(tasks)} tasks failed", errors)
    return results


def tolerant(tasks):
    try:
        return run_all(tasks)
    except* BadInput as group:
        logger.warning("%d bad inputs", len(group.exceptions))
    except* (OSError, Overloaded) as group:
        for err in group.exceptions:
            if isinstance(err, OSError) and err.errno == errno.ENOSPC:
                raise
            logger.error("io: %s", err)
    return []


def deprecated(fn):
    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        warnings.warn(f"{fn.__name__} will go", LegacyWarning, stacklevel=2)
        return fn(*args, **kwargs)

    return wrapper


@contextlib.contextmanager
def step(name, *, reraise=True):
    logger.debug("-> %s", name)
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as err:
        logger.error("%s: %s", name, "".join(traceback.format_exception_only(type(err), err)).strip(), exc_info=sys.exc_info())
        if reraise:
            raise
    else:
        logger.debug("<- %s", name)
    finally:
        sys.stderr.flush()


def last_error():
    kind, value, _ = sys.exc_info()
    return None if kind is None else f"{kind.__module__}.{kind.__qualname__}: {value}"
