class F:
    __format__ = lambda s, spec: str(exec(spec))
f"{F():open('pf','w')}"
