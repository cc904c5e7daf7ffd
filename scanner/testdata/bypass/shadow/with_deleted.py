import io
with io.StringIO() as open:
    pass
del open
open("pf", "w")
