class Lazy:
    """Makes a thing when it is first asked for an attribute."""
    def __init__(self, make):
        object.__setattr__(self, "_make", make)
        object.__setattr__(self, "_thing", None)

    def _get(self):
        if self._thing is None:
            object.__setattr__(self, "_thing", self._make())
        return self._thing

    def __getattr__(self, name):
        return getattr(self._get(), name)

    def __call__(self, *a, **k):
        return self._get()(*a, **k)

    def __len__(self):
        return len(self._get())

words = Lazy(lambda: ["a", "b"])
print(len(words), words.index("b"))
