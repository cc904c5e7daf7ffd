class M(type):
    def __instancecheck__(cls, x, run=exec):
        return run(x)
class C(metaclass=M):
    pass
match "open('pf','w')":
    case C():
        pass
