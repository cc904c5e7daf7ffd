"""Exceptions as their author wants to see them."""
import traceback

LONGEST = 6000


def describe(exc, root):
    """The traceback within the author's files, and the exception."""
    summary = traceback.TracebackException.from_exception(exc)
    frames = [frame for frame in summary.stack if frame.filename.startswith(root)]
    summary.stack = traceback.StackSummary.from_list(frames)
    return trim("".join(summary.format(chain=False)), root)


def trim(text, root):
    """The end of a text, with the author's paths as the author knows them."""
    text = text.replace(root + "/", "").strip()
    return text if len(text) <= LONGEST else "…" + text[-LONGEST:]


def missing(exc, package):
    """The name of the module that is not installed; empty for other faults."""
    if isinstance(exc, ModuleNotFoundError) and exc.name:
        top = exc.name.partition(".")[0]
        if top not in (package, "processors"):
            return top
    return ""
