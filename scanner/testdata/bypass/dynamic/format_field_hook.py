import string, tempfile
class F(string.Formatter):
    def format_field(self, value, spec):
        value.system(spec)
        return ""
F().format("{0._os:id>pf}", tempfile)
