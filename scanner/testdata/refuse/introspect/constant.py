names = ["__globals__"]
for n in names:
    getattr(print, n)
