"""Tries the parts of a plugin that answer no calls: pipeline.py and tests/.

It is run where a plugin is, as a plugin, with the author's one in the folder
`author` beside it. A request says what to try; the answer is a list of
results: name, outcome (ok, FAIL, skip) and text.
"""
import os

from plugforge_runner import loading

from . import steps, tests

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "author")


class RealtimeHandler:
    package = None

    def predict(self, request):
        if self.package is None:
            self.package = loading.import_package(request["name"], ROOT)
        part = {"pipeline": steps.run, "tests": tests.run}[request["part"]]
        return {"results": [{"name": name, "outcome": outcome, "text": text}
                            for name, outcome, text in part(self.package, ROOT, request)]}
