import json, contextlib
with contextlib.nullcontext(print) as json.loads:
    pass
