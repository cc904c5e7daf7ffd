import html
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from bs4 import BeautifulSoup

class Text(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts, self.skip = [], 0
    def handle_starttag(self, tag, attrs):
        self.skip += tag in ("script", "style")
        if tag == "a" and dict(attrs).get("href", "").startswith("javascript:"):
            self.parts.append("[script]")
    def handle_endtag(self, tag):
        self.skip -= tag in ("script", "style")
    def handle_data(self, data):
        if not self.skip:
            self.parts.append(data)

def text(source):
    p = Text()
    p.feed(source)
    p.close()
    return " ".join("".join(p.parts).split())

def links(source):
    soup = BeautifulSoup(source, "html.parser")
    for s in soup(["script", "style"]):
        s.decompose()
    return [a["href"] for a in soup.select("a[href]")]

def items(rss: str):
    root = ET.fromstring(rss)
    return [{c.tag.rpartition("}")[2]: html.unescape(c.text or "") for c in item} for item in root.iter("item")]
