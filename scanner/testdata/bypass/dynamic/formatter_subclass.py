import string, os
class F(string.Formatter):
    def format_field(self, value, spec):
        return str(value(spec))
F().format("{0.system:id>pf}", os)
