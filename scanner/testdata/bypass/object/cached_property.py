import functools, logging, operator
class A:
    run = functools.cached_property(operator.attrgetter("log.os.system"))
    log = logging
A().run("id>pf")
