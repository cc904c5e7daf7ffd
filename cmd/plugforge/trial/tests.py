"""tests/: with pytest where it is installed, else plain functions and unittest."""
import asyncio
import contextlib
import importlib
import importlib.util
import inspect
import io
import os
import unittest

from . import faults


def run(package, root, request):
    files = _files(root)
    if not files:
        return []
    if importlib.util.find_spec("pytest") is not None:
        return _with_pytest(root)
    return [result for file in files for result in _plain(package, root, file)]


def _files(root):
    found = []
    for folder, _, names in os.walk(os.path.join(root, "tests")):
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names
                  if name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))]
    return sorted(found)


def _with_pytest(root):
    import pytest
    results, said = [], io.StringIO()

    class Listener:
        def pytest_runtest_logreport(self, report):
            if report.failed:
                text = report.longreprtext + "".join(f"\n{title}:\n{text}" for title, text in report.sections)
                results.append((report.nodeid, "FAIL", faults.trim(text, root)))
            elif report.skipped:
                reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
                results.append((report.nodeid, "skip", reason))
            elif report.when == "call":
                results.append((report.nodeid, "ok", ""))

        def pytest_pyfunc_call(self, pyfuncitem):
            """Runs async tests where no plugin of pytest's does, as without pytest."""
            taken = pyfuncitem.config.pluginmanager.hasplugin("asyncio") or pyfuncitem.get_closest_marker("anyio")
            if taken or not inspect.iscoroutinefunction(pyfuncitem.obj):
                return None
            wanted = inspect.signature(pyfuncitem.obj).parameters
            asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted if name in pyfuncitem.funcargs}))
            return True

        def pytest_collectreport(self, report):
            if report.failed:
                results.append((report.nodeid, "FAIL", faults.trim(report.longreprtext, root)))

    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = pytest.main(["-q", "-p", "no:cacheprovider", "--import-mode=importlib", "--rootdir", root,
                              os.path.join(root, "tests")], plugins=[Listener()])
    if status not in (0, 1, 5) and not any(outcome == "FAIL" for _, outcome, _ in results):
        results.append(("pytest", "FAIL", faults.trim(said.getvalue(), root)))
    return results


def _plain(package, root, file):
    name = ".".join([package, *file[:-3].split(os.sep)])
    try:
        module = importlib.import_module(name)
    except BaseException as exc:
        missing = faults.missing(exc, package)
        if missing:
            return [(file, "skip", f"needs {missing}, which is not installed for this Python")]
        return [(file, "FAIL", faults.describe(exc, root))]
    results = []
    for key, thing in list(vars(module).items()):
        if getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(thing) and issubclass(thing, unittest.TestCase):
            results += _case(thing, root, f"{file}::{key}")
        elif inspect.isclass(thing) and key.startswith("Test"):
            results += [_function(getattr(thing(), method), root, f"{file}::{key}::{method}")
                        for method in vars(thing) if method.startswith("test_")]
        elif inspect.isfunction(thing) and key.startswith("test_"):
            results.append(_function(thing, root, f"{file}::{key}"))
    return results


def _function(function, root, name):
    if any(p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
           for p in inspect.signature(function).parameters.values()):
        return name, "skip", "takes arguments, so it needs pytest, which is not installed for this Python"
    try:
        result = function()
        if inspect.iscoroutine(result):
            asyncio.run(result)
    except unittest.SkipTest as exc:
        return name, "skip", str(exc)
    except BaseException as exc:
        return name, "FAIL", faults.describe(exc, root)
    return name, "ok", ""


def _case(case, root, name):
    result = unittest.TestResult()
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    names = [test.id().rpartition(".")[2] for test in suite]
    suite.run(result)
    bad = {test.id().rpartition(".")[2]: text for test, text in result.failures + result.errors}
    skipped = {test.id().rpartition(".")[2]: text for test, text in result.skipped}
    return [(f"{name}::{one}", "FAIL" if one in bad else "skip" if one in skipped else "ok",
             faults.trim(bad.get(one) or skipped.get(one) or "", root)) for one in names]
