import os
class A:
    def __mro_entries__(self, bases):
        os.system("id>pf")
        return ()
class B(A()):
    pass
