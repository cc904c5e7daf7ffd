import more_itertools as _C__more_itertools, os as _C__os

class _C:

    def go(self):
        list(__more_itertools.side_effect(__os.system, ['id>pf']))
_C().go()
