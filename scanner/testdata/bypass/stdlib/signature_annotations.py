import inspect
class C:
    __signature__ = None
    def __call__(self, x: "open('pf','w')"):
        pass
inspect.signature(C.__call__, globals=globals(), eval_str=not None)
