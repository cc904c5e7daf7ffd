import rlcompleter
class P:
    @property
    def run(self):
        return exec("open('pf','w')")
rlcompleter.Completer({"p": P()}).complete("p.run.", 0)
