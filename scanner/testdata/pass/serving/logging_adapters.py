"""Logging set up by hand: adapters, filters, formatters, JSON lines, sampling, redaction."""
import json
import logging
import logging.handlers
import os
import queue
import random
import re
import sys
import time
from contextvars import ContextVar
from typing import Any, Dict, MutableMapping, Tuple

import loguru
import structlog
from pythonjsonlogger import jsonlogger

trace_id: ContextVar[str] = ContextVar("trace_id", default="")
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
TRACE = 5
logging.addLevelName(TRACE, "TRACE")
logging.captureWarnings(True)


class ContextAdapter(logging.LoggerAdapter):
    def process(self, msg: str, kwargs: MutableMapping[str, Any]) -> Tuple[str, MutableMapping[str, Any]]:
        extra = {**(self.extra or {}), **kwargs.pop("extra", {}), "trace_id": trace_id.get()}
        kwargs["extra"] = extra
        return f"[{extra.get('plugin', '-')}] {msg}", kwargs

    def exec(self, msg: str, *args: Any) -> None:
        self.log(TRACE, "exec: " + msg, *args)


class Redact(logging.Filter):
    pattern = re.compile(r"(?i)(authorization|api[-_]?key|token)(\"?\s*[:=]\s*\"?)([^\s\",}]+)")

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self.pattern.sub(r"\1\2***", str(record.msg))
        return True


class Sample(logging.Filter):
    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING or random.random() < self.rate


class JsonFormatter(logging.Formatter):
    converter = time.gmtime
    standard = frozenset(logging.makeLogRecord({}).__dict__)

    def format(self, record: logging.LogRecord) -> str:
        data: Dict[str, Any] = {
            "ts": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + ".%03dZ" % record.msecs,
            "level": record.levelname, "logger": record.name, "msg": record.getMessage(), "where": "%s:%d" % (record.filename, record.lineno),
        }
        data.update((k, v) for k, v in record.__dict__.items() if k not in self.standard and not k.startswith("_"))
        if record.exc_info:
            data["exc"] = self.formatException(record.exc_info)
        return json.dumps(data, default=repr, ensure_ascii=False)


class Memory(logging.Handler):
    def __init__(self, size: int = 200) -> None:
        super().__init__()
        self.size, self.lines = size, []

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self.lines = (self.lines + [self.format(record)])[-self.size:]
        except Exception:
            self.handleError(record)


def setup(name: str = "plugin") -> ContextAdapter:
    logger = logging.getLogger(name)
    logger.setLevel(LEVELS.get(os.environ.get("LOG_LEVEL", "info").lower(), logging.INFO))
    logger.propagate = False
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonFormatter() if os.getenv("LOG_JSON") else logging.Formatter("%(asctime)s %(levelname)-7s %(message)s"))
        for f in (Redact(), Sample(float(os.getenv("LOG_SAMPLE", "1")))):
            handler.addFilter(f)
        lines: "queue.Queue[logging.LogRecord]" = queue.Queue(-1)
        logger.addHandler(logging.handlers.QueueHandler(lines))
        logging.handlers.QueueListener(lines, handler, respect_handler_level=True).start()
    for noisy in ("urllib3", "httpx", "filelock"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return ContextAdapter(logger, {"plugin": name})


structlog.configure(processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, structlog.processors.JSONRenderer()])
events = structlog.get_logger(plugin="text_embed")
loguru.logger.add(sys.stderr, format="<level>{message}</level>", level="INFO", enqueue=False)
legacy = jsonlogger.JsonFormatter("%(levelname)s %(message)s")
log = setup()
