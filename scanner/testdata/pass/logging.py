import logging

logger = logging.getLogger(__name__)


def f(x):
    try:
        return x.compile()
    except Exception as e:
        logger.exception("exec failed: %s", e.__class__.__name__)
        raise ValueError("eval") from e
