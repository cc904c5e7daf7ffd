import random as _B__r
class B:
    @staticmethod
    def go():
        def inner():
            return __r._os
        return inner().popen("id>pf")
B.go().read()
