import string
class F(string.Formatter):
    found = None
    def convert_field(self, value, conversion):
        value.exec("open('pf','w')")
        return ""
F().format("{0.__self__!r}", print)
