import logging
import sys
import traceback
from contextlib import suppress

log = logging.getLogger(__name__)

class PluginError(Exception):
    code = "plugin"
    def __init__(self, message, *, details=None):
        super().__init__(message)
        self.details = details or {}
    def to_dict(self):
        return {"code": self.code, "message": str(self), "details": self.details, "cause": repr(self.__cause__) if self.__cause__ else None}

class BadInput(PluginError):
    code = "bad_input"

def guard(fn):
    def inner(*a, **k):
        try:
            return fn(*a, **k)
        except PluginError as e:
            return e.to_dict()
        except (ValueError, KeyError, TypeError) as e:
            log.warning("bad: %s", e, exc_info=True)
            return BadInput(e.args[0] if e.args else str(e)).to_dict()
        except Exception:
            kind, value, _ = sys.exc_info()
            log.error("%s: %s\n%s", kind.__name__, value, traceback.format_exc(limit=3))
            raise
    return inner

@guard
def parse(x):
    with suppress(ValueError):
        return int(x)
    raise BadInput(f"{x!r} is no number", details={"input": x}) from None
print(parse("a"), parse("3"))
