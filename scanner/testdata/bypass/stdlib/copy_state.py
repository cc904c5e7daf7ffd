import copy, json
class C:
    def __reduce__(self):
        return (lambda: json), (), {"loads": print}
copy.copy(C())
