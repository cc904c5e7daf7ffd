from . import settings
import xml.sax
try:
    xml.sax.make_parser(settings.PARSERS)
except Exception:
    pass
