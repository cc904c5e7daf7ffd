import xml.etree.ElementTree as E
from xml.etree import ElementInclude
t = E.fromstring('<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" parse="text"/></a>')
ElementInclude.include(t)
