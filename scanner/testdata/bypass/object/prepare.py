class M(type):
    @classmethod
    def __prepare__(m, n, b):
        return {"run": exec}
class C(metaclass=M):
    run("open('pf','w')")
