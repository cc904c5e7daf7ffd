import enum
import operator
from functools import partial, reduce, singledispatchmethod
from itertools import chain, groupby

class Op(enum.Enum):
    ADD = "+"
    MUL = "*"
    COMPILE = "compile"

    @property
    def fn(self):
        return {Op.ADD: operator.add, Op.MUL: operator.mul}[self]

class Visitor:
    def visit(self, node):
        method = getattr(self, "visit_" + type(node).__name__.lower(), self.generic)
        return method(node)
    def visit_list(self, node):
        return [self.visit(x) for x in node]
    def visit_int(self, node):
        return node + 1
    def generic(self, node):
        return node

    @singledispatchmethod
    def show(self, x):
        return str(x)
    @show.register
    def _(self, x: int):
        return hex(x)

total = partial(reduce, Op.ADD.fn)
print(total([1, 2, 3]), Visitor().visit([1, "a"]), Visitor().show(255))
groups = {k: list(v) for k, v in groupby(sorted(chain("abc", "bcd")), key=lambda c: c)}
by_len = sorted(groups, key=operator.itemgetter(0))
