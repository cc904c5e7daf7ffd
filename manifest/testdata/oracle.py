"""Answers what pydantic and packaging say, a line of JSON for each line read.

{"source": …, "models": […]}   the schema of each class, or why there is none
{"requirements": […]}          what packaging makes of each
{"sets": […]}                  whether no version fits, and which of those listed do
"""

import json
import linecache
import sys
import types
import warnings

warnings.simplefilter("ignore")


def schemas(ask, number):
    name = f"module{number}"
    module = types.ModuleType(name)
    sys.modules[name] = module
    linecache.cache[name] = (len(ask["source"]), None, ask["source"].splitlines(True), name)
    answer = {}
    try:
        exec(compile(ask["source"], name, "exec"), module.__dict__)
    except Exception as e:
        return {"error": f"{type(e).__name__}: {e}"}
    for model in ask["models"]:
        try:
            answer[model] = {"schema": eval(model, module.__dict__).model_json_schema()}
        except Exception as e:
            answer[model] = {"error": f"{type(e).__name__}: {e}"}
    del sys.modules[name], linecache.cache[name]
    return {"answer": answer}


def requirements(texts):
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name
    out = []
    for text in texts:
        try:
            r = Requirement(text)
        except InvalidRequirement:
            out.append(None)
            continue
        out.append({"name": canonicalize_name(r.name), "extras": sorted({canonicalize_name(e) for e in r.extras}),
                    "specifiers": sorted(str(s) for s in r.specifier), "url": r.url or "", "marked": r.marker is not None})
    return out


def fits(sets):
    from packaging.specifiers import SpecifierSet
    out = []
    for ask in sets:
        s = SpecifierSet(ask["set"])
        out.append({"none": s.is_unsatisfiable(), "fit": [s.contains(v, prereleases=True) for v in ask["versions"]]})
    return out


for number, line in enumerate(sys.stdin):
    ask = json.loads(line)
    if "source" in ask:
        answer = schemas(ask, number)
    elif "requirements" in ask:
        answer = requirements(ask["requirements"])
    else:
        answer = fits(ask["sets"])
    print(json.dumps(answer))
