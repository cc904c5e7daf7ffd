import enum
class L:
    def __iter__(self):
        return iter(())
    def __length_hint__(self):
        enum.bltns.exec("open('pf','w')")
        return 0
list(L())
