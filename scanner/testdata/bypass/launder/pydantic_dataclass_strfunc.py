def my_s(x):
    return x
import pydantic.dataclasses as d

@d.dataclass
class D:
    x: my_s("[open('pf','w'), int][1]") = 1
D(1)
