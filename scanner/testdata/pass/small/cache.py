import functools
import hashlib
import json
import threading
import time
import weakref
from collections import OrderedDict

class LRU:
    def __init__(self, size=128, ttl=60.0, clock=time.monotonic):
        self.size, self.ttl, self.clock = size, ttl, clock
        self.data = OrderedDict()
        self.lock = threading.RLock()

    def __getitem__(self, key):
        with self.lock:
            at, value = self.data[key]
            if self.clock() - at > self.ttl:
                del self.data[key]
                raise KeyError(key)
            self.data.move_to_end(key)
            return value

    def __setitem__(self, key, value):
        with self.lock:
            self.data[key] = self.clock(), value
            self.data.move_to_end(key)
            while len(self.data) > self.size:
                self.data.popitem(last=False)

    def get(self, key, default=None):
        try:
            return self[key]
        except KeyError:
            return default

def keyed(fn):
    cache = LRU()
    @functools.wraps(fn)
    def inner(*a, **k):
        key = hashlib.sha256(json.dumps([a, k], sort_keys=True, default=str).encode()).hexdigest()
        hit = cache.get(key)
        if hit is None:
            cache[key] = hit = fn(*a, **k)
        return hit
    inner.cache = cache
    return inner

class Pool:
    instances = weakref.WeakValueDictionary()
    def __new__(cls, name):
        self = cls.instances.get(name)
        if self is None:
            self = super().__new__(cls)
            self.name = name
            cls.instances[name] = self
        return self
