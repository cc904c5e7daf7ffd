"""Descriptors, metaclasses and a registry: how a family of extractors finds its members."""
import abc
import weakref
from collections import ChainMap, OrderedDict
from functools import total_ordering
from types import MappingProxyType


class Setting:
    """A typed, checked attribute."""

    def __init__(self, kind, default=None, *, choices=()):
        self.kind, self.default, self.choices = kind, default, tuple(choices)
        self._values = weakref.WeakKeyDictionary()

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return self._values.get(instance, self.default)

    def __set__(self, instance, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{type(instance).__name__}.{self.name} must be {self.kind.__name__}, not {type(value).__name__}")
        if self.choices and value not in self.choices:
            raise ValueError(f"{self.name} must be one of {self.choices}")
        self._values[instance] = value

    def __delete__(self, instance):
        self._values.pop(instance, None)


class lazy:
    """A property computed once."""

    def __init__(self, fn):
        self.fn = fn
        self.__doc__ = fn.__doc__
        self.cache = weakref.WeakKeyDictionary()

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        if instance not in self.cache:
            self.cache[instance] = self.fn(instance)
        return self.cache[instance]


class Registry(abc.ABCMeta):
    _known = OrderedDict()

    @classmethod
    def __prepare__(mcs, name, bases, **kwargs):
        return OrderedDict()

    def __new__(mcs, name, bases, namespace, *, key=None, **kwargs):
        cls = super().__new__(mcs, name, bases, dict(namespace), **kwargs)
        if key is not None:
            if key in mcs._known:
                raise TypeError(f"{key!r} is taken by {mcs._known[key].__name__}")
            mcs._known[key] = cls
        cls.settings = MappingProxyType({n: s for n, s in namespace.items() if isinstance(s, Setting)})
        return cls

    def __init__(cls, name, bases, namespace, **kwargs):
        super().__init__(name, bases, namespace)

    def __call__(cls, *args, **kwargs):
        instance = super().__call__(*args, **kwargs)
        instance.ready()
        return instance

    def __getitem__(cls, key):
        return Registry._known[key]

    def __iter__(cls):
        return iter(Registry._known)


@total_ordering
class Extractor(metaclass=Registry):
    priority = Setting(int, 0)
    device = Setting(str, "cpu", choices=("cpu", "cuda"))

    def ready(self):
        self.started = True

    @lazy
    def options(self):
        """What is set, before what is default."""
        mine = {n: getattr(self, n) for n in self.settings}
        return ChainMap(mine, {"device": "cpu"})

    @abc.abstractmethod
    def extract(self, item):
        ...

    def __eq__(self, other):
        return self.priority == other.priority

    def __lt__(self, other):
        return self.priority < other.priority

    __hash__ = object.__hash__


class Length(Extractor, key="length"):
    def extract(self, item):
        return [float(len(item))]


class Ones(Extractor, key="ones"):
    def extract(self, item):
        return [1.0] * 8


def make(key, **settings):
    instance = Extractor[key]()
    if "priority" in settings:
        instance.priority = settings.pop("priority")
    if settings:
        raise TypeError("unknown: " + ", ".join(sorted(settings)))
    return instance
