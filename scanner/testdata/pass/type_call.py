class A:
    pass


a = A()
type(a).count = 1
B = type("B", (A,), {"x": 1})
print(isinstance(a, type), B.__name__)
