import enum as _C__e
class __C:
    def go(self):
        return __e.bltns.exec("open('pf','w')")
globals_free = __C()
globals_free.go()
