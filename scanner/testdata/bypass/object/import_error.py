import sys
try:
    from json import nothing
except ImportError as e:
    sys.modules[e.name].codecs.open("pf", "w")
