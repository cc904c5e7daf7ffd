import xml.sax
try:
    xml.sax.make_parser(["sax_driver.driver"])
except Exception:
    pass
