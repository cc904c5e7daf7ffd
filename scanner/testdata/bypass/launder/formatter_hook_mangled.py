import json as _C__json, string as _C__string

class _C:

    def go(self):

        class F(__string.Formatter):

            def check_unused_args(self, used, args, kwargs):
                pass

            def format_field(self, v, spec):
                return v('pf', spec).name
        F().vformat('{0.codecs.open:w}', [__json], {})
_C().go()
