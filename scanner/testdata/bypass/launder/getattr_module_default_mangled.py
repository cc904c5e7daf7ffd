import os as _C__os

class _C:

    def go(self):
        getattr(__os, 'sys' + chr(116) + 'em', print)('id>pf')
_C().go()
