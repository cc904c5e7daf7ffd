def my_s(x):
    return x
from pydantic import BaseModel
try:

    class M(BaseModel):
        x: my_s("open('pf','w')") = 1
except Exception:
    pass
