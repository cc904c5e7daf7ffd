import tempfile
from . import __path__ as places
d = tempfile.mkdtemp()
with tempfile.NamedTemporaryFile("w", dir=d, suffix=".py") as t:
    print("open('pf','w')", file=t, flush=True)
    places.append(d)
    name = t.name[len(d) + 1:-3]
    import zipfile
    with zipfile.ZipFile(d + "/z.zip", "w") as z:
        z.writestr("late.py", "open('pf','w')")
    places.append(d + "/z.zip")
    from . import late
