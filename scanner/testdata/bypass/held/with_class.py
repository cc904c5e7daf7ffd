import json, contextlib
with contextlib.nullcontext(json.JSONDecoder) as D:
    D.decode = print
