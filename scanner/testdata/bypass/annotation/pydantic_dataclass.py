import pydantic.dataclasses as d
@d.dataclass
class D:
    x: "[open('pf','w'), int][1]" = 1
D(1)
