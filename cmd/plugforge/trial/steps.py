"""pipeline.py: import, build_steps, and each step over a small frame."""
import asyncio
import importlib
import importlib.util
import inspect

from . import faults


class Request:
    """Stands for the extractor request: it has what is asked of it, empty."""

    def __init__(self, name, version):
        self.feature_extractor_name, self.version = name, version
        self.params, self.parameters, self.input_mappings = {}, {}, {}

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return None


def run(package, root, request):
    results = []
    for result in _try(package, root, request):
        results.append(result)
        if result[1] != "ok":
            break
    return results


def _try(package, root, request):
    try:
        pipeline = importlib.import_module(package + ".pipeline")
    except BaseException as exc:
        module = faults.missing(exc, package)
        if module:
            yield "import", "skip", f"pipeline.py needs {module}, which is not installed for this Python"
        else:
            yield "import", "FAIL", faults.describe(exc, root)
        return
    yield "import", "ok", "pipeline.py"
    try:
        built = pipeline.build_steps(Request(request["name"], request["version"]))
    except BaseException as exc:
        yield "build_steps", "FAIL", faults.describe(exc, root)
        return
    wrong = _judge(built)
    if wrong:
        yield "build_steps", "FAIL", wrong
        return
    count = len(built["steps"])
    yield "build_steps", "ok", f"{count} step{'' if count == 1 else 's'}"
    if importlib.util.find_spec("pandas") is None:
        yield "steps", "skip", "not run over a frame: pandas is not installed for this Python"
        return
    import pandas
    batch = pandas.DataFrame({"data": [request["data"]] * 2})
    for number, step in enumerate(built["steps"], 1):
        batch, outcome, text = _step(step, batch, root)
        if outcome != "ok":
            yield f"step {number}", outcome, text
            return
    yield "steps", "ok", "a frame of 2 rows now has the columns " + ", ".join(map(str, batch))


def _judge(built):
    if not isinstance(built, dict):
        return f'build_steps returned {type(built).__name__}: return {{"steps": […], "prepare": …}}'
    if not isinstance(built.get("steps"), (list, tuple)):
        return 'build_steps returned no list of "steps"'
    if built.get("prepare") is not None and not callable(built["prepare"]):
        return f'"prepare" is {type(built["prepare"]).__name__}: give a function, or None'
    return ""


def _step(step, batch, root):
    """(the new batch, outcome, text)"""
    if not callable(step):
        return batch, "skip", f"a {type(step).__name__} is run by the batch engine only"
    try:
        out = (step() if inspect.isclass(step) else step)(batch)
        if inspect.isawaitable(out):
            out = asyncio.run(_wait(out))
    except BaseException as exc:
        return batch, "FAIL", faults.describe(exc, root)
    if isinstance(out, dict) or hasattr(out, "columns"):
        return out, "ok", ""
    return batch, "FAIL", f"the step returned {type(out).__name__}: return the batch"


async def _wait(awaitable):
    return await awaitable
