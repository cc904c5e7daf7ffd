import os as _C__os, types as _C__types

class _C:

    def go(self):
        __types.MethodType(__os.system, 'id>pf')()
_C().go()
