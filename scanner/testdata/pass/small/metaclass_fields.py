from typing import Any, ClassVar, Dict

class FieldMeta(type):
    def __new__(mcs, name, bases, ns, **kw):
        fields = {k: v for k, v in ns.items() if isinstance(v, Field)}
        cls = super().__new__(mcs, name, bases, ns)
        cls._fields = {**getattr(cls, "_fields", {}), **fields}
        return cls

class Field:
    def __init__(self, kind, default=None):
        self.kind, self.default = kind, default
    def __set_name__(self, owner, name):
        self.name = name
    def __get__(self, obj, owner=None):
        return self if obj is None else obj.values.get(self.name, self.default)
    def __set__(self, obj, value):
        obj.values[self.name] = self.kind(value)

class Record(metaclass=FieldMeta):
    _fields: ClassVar[Dict[str, Field]] = {}
    def __init__(self, **values: Any):
        self.values: Dict[str, Any] = {}
        for k, v in values.items():
            if k not in self._fields:
                raise TypeError(f"{type(self).__name__} has no field {k}")
            self._fields[k].__set__(self, v)
    def __repr__(self):
        return f"{self.__class__.__name__}({self.values})"

class Clip(Record):
    start = Field(float)
    end = Field(float, 1.0)

print(Clip(start="1.5").end)
