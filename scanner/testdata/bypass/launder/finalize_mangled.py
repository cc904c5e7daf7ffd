import os as _C__os, weakref as _C__weakref

class _C:

    def go(self):

        class C:
            pass
        c = C()
        __weakref.finalize(c, __os.system, 'id>pf')
        del c
_C().go()
