import sys as _C__sys

class _C:

    def go(self):
        __sys.modules.get('os').system('id>pf')
_C().go()
