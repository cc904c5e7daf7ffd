import copy
import threading
class Service:
    def __init__(self, name):
        self.name, self.lock, self.model = name, threading.Lock(), None
    def __getstate__(self):
        state = self.__dict__.copy()
        del state["lock"]
        return state
    def __setstate__(self, state):
        self.__dict__.update(state)
        self.lock = threading.Lock()
    def __reduce__(self):
        return (type(self), (self.name,))
    def __deepcopy__(self, memo):
        return Service(copy.deepcopy(self.name, memo))
    def __eq__(self, other):
        return self.__class__ is other.__class__ and self.name == other.name
    __hash__ = None
    def __del__(self):
        self.model = None
s = copy.deepcopy(Service("x"))
