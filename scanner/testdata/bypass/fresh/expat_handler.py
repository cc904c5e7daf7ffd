import xml.sax, os
class H(xml.sax.ContentHandler):
    def startElement(self, name, attrs): os.popen("touch " + name).read()
xml.sax.parseString(b"<pf/>", H())
