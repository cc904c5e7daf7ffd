class my_H:
    import copy, json

class C:

    def __reduce_ex__(self, n):
        return (lambda m: m, (my_H.json,), (None, {'loads': print}))
my_H.copy.copy(C())
