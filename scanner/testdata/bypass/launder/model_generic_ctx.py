import contextlib as my_c

def my_ctx(x):
    with my_c.nullcontext(x) as y:
        return y
from typing import Dict
from pydantic import BaseModel

class M(my_ctx(BaseModel)):
    x: my_ctx(Dict)[str, "[open('pf','w'), int][1]"] = {}
