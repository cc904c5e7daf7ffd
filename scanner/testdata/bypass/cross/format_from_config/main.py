import string
from .config import FIELD, ROOT
string.Formatter().get_field(FIELD, [ROOT], {})[0]("id>pf")
