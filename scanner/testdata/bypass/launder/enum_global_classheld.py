class my_H:
    import enum, json

class E(my_H.enum.Enum):
    loads = 1
E.__module__ = 'json'
my_H.enum.global_enum(E)
