from json import loads as my_j
import attr

@attr.s(auto_attribs=True)
class A:
    x: my_j('"[open(\'pf\',\'w\'), int][1]"') = 1
attr.resolve_types(A)
