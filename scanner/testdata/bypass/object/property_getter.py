import operator
class A:
    x = property(operator.attrgetter("os.system"))
    import os
A().x("id>pf")
