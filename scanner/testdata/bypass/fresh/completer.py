import rlcompleter
rlcompleter.Completer({"f": 1}).attr_matches("f.x")
rlcompleter.__main__.__builtins__.open("pf", "w")
