from operator import attrgetter as my_AG
import enum as _C__e

class __C:

    def go(self):
        return my_AG('exec')(my_AG('bltns')(__e))("open('pf','w')")
globals_free = __C()
my_AG('go')(globals_free)()
