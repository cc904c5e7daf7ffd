from types import MappingProxyType as M
class Leak:
    def __eq__(self, other):
        other["x"] = 1
class A:
    run = exec
M(vars(A))["run"]("open('pf','w')")
