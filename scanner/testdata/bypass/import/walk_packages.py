import pkgutil, tempfile, os
d = tempfile.mkdtemp()
os.mkdir(d + "/k")
with tempfile.NamedTemporaryFile("w", suffix=".py", dir=d + "/k") as t:
    t.write("open('pf','w')")
    t.flush()
    os.rename(t.name, d + "/k/__init__.py")
    import sys
    sys.path.append(d)
    list(pkgutil.walk_packages([d]))
    os.link(d + "/k/__init__.py", t.name)
