import json, string
class F(string.Formatter):
    def check_unused_args(self, used, args, kwargs):
        pass
    def format_field(self, v, spec):
        return v("pf", spec).name
F().vformat("{0.codecs.open:w}", [json], {})
