from string import Template
import textwrap

class Row:
    def __init__(self, name, tags): self.name, self.tags = name, tags
    def __format__(self, spec):
        return f"{self.name:{spec or '>10'}}"

ROW = "{0.name:<12}|{0.tags[0]}|{n:{w}.{p}f}|{{literal}}"
r = Row("x", ["a"])
print(ROW.format(r, n=1.5, w=8, p=2), f"{r:^8}|{r.name!r:>10}|{len(r.tags):04d}|{'a' if r.tags else 'b'}")
print("%(name)s has %(n)d%%" % {"name": r.name, "n": 5}, "%-5s|%5.1f" % ("a", 2.0))
print(Template("$who owes ${much}").substitute(who="x", much=3), textwrap.shorten("a " * 50, 20))
print("{x!r} {y[k]}".format(x=1, y={"k": 2}), "{:,}".format(10 ** 6), format(0.5, ".0%"))
