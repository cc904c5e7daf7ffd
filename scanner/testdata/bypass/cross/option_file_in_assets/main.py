import optparse, os
values = optparse.Values()
try:
    values.read_file(os.path.join(os.path.dirname(__file__), "settings.txt"))
except Exception:
    pass
