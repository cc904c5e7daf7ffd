class A:
    __getattr__ = __class_getitem__ = eval
A["1"]
