import tarfile as _C__tarfile

class _C:

    def go(self):
        __tarfile.bltn_open('pf', 'w')
_C().go()
