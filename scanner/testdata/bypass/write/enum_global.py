import enum, json
class E(enum.Enum):
    loads = 1
E.__module__ = "json"
enum.global_enum(E)
