import copy, json
class C:
    def __reduce_ex__(self, n):
        return (lambda m: m), (json,), (None, {"loads": print})
copy.copy(C())
