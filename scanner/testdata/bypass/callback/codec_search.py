import codecs, os
codecs.register(lambda name: os.system("id>pf") and None)
try:
    "".encode("nosuch")
except LookupError:
    pass
