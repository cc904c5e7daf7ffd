class A(metaclass=eval("type")):
    pass
