import attr as _C__attr

class _C:

    def go(self):
        __attr.make_class('C', {"x=open('pf','w')": __attr.ib()}) if 0 else __attr._make._compile_and_eval("open('pf','w')", {})
_C().go()
