import contextlib
import contextvars
import logging
import time
import traceback

request_id = contextvars.ContextVar("request_id", default="-")
log = logging.getLogger(__name__)

class Filter(logging.Filter):
    def filter(self, record):
        record.request_id = request_id.get()
        return True

@contextlib.contextmanager
def timed(name):
    start = time.perf_counter()
    try:
        yield
    except Exception as exc:
        log.error("%s failed: %s", name, "".join(traceback.format_exception(type(exc), exc, exc.__traceback__)))
        raise
    finally:
        log.info("%s took %.1f ms", name, 1e3 * (time.perf_counter() - start))

class Span(contextlib.ExitStack):
    def __init__(self, rid):
        super().__init__()
        self.token = request_id.set(rid)
        self.callback(request_id.reset, self.token)

log.addFilter(Filter())
with timed("x"), Span("r1"):
    log.info("in %s", request_id.get())
