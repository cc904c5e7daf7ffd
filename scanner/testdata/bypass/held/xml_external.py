import io, xml.sax
from xml.sax.handler import feature_external_ges, ContentHandler
p = xml.sax.make_parser()
p.setFeature(feature_external_ges, True)
p.setContentHandler(ContentHandler())
p.parse(io.StringIO('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'))
