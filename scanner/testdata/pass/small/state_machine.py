from enum import Enum, auto
class S(Enum):
    IDLE = auto(); OPEN = auto(); EXEC = auto()

class Machine:
    table = {(S.IDLE, "open"): S.OPEN, (S.OPEN, "exec"): S.EXEC, (S.EXEC, "close"): S.IDLE}
    def __init__(self):
        self.state = S.IDLE
        self.hooks = {}
    def on(self, state, fn=None):
        if fn is None:
            return lambda f: self.on(state, f)
        self.hooks.setdefault(state, []).append(fn)
        return fn
    def fire(self, event, *args):
        self.state = self.table[self.state, event]
        for h in self.hooks.get(self.state, ()):
            h(self, *args)
        handler = getattr(self, f"on_{event}", None)
        return handler(*args) if callable(handler) else self.state
    def on_open(self, name="x"):
        return name
m = Machine()
@m.on(S.EXEC)
def started(machine): print(machine.state.name)
m.fire("open"); m.fire("exec"); m.fire("close")
