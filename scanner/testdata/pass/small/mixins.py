class LoggedMixin:
    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        cls.log = []
    def note(self, *a):
        self.log.append((self.__class__.__name__, *a))
class Countable:
    n = 0
    def __enter__(self):
        type(self).n += 1
        return self
    def __exit__(self, *exc):
        type(self).n -= 1
class Service(LoggedMixin, Countable):
    defaults = {"os": "linux", "mode": "eval"}
    def __init__(self, **kw):
        for k, v in {**self.defaults, **kw}.items():
            self.__dict__[k] = v
        self.__dict__.update(ready=True)
    def run(self):
        self.note(self.os, self.mode)
        return {k: v for k, v in self.__dict__.items() if not k.startswith("_")}
    def __getitem__(self, k): return self.__dict__[k]
with Service(mode="x") as s:
    print(s.run(), s["mode"], Service.n, Service.log)
