"""Turns a web page into clean text, title, date and links."""
import html
import json
import re
from datetime import datetime, timezone
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import feedparser
import lxml.html
import trafilatura
from bs4 import BeautifulSoup, Comment
from dateutil import parser as dates
from lxml import etree

TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|mc_(cid|eid))$", re.I)
DROP = {"script", "style", "noscript", "iframe", "form", "nav", "aside", "footer"}
NS = {"atom": "http://www.w3.org/2005/Atom", "dc": "http://purl.org/dc/elements/1.1/"}


def canonical(url, base=""):
    parts = urlsplit(urljoin(base, url))
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.match(k)]
    return urlunsplit(parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), query=urlencode(query), fragment=""))


class TitleParser(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.inside = False
        self.title = ""

    def handle_starttag(self, tag, attrs):
        self.inside = self.inside or tag == "title"

    def handle_endtag(self, tag):
        if tag == "title":
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.title += data


def published(soup):
    for script in soup.find_all("script", type="application/ld+json"):
        try:
            data = json.loads(script.string or "{}")
        except ValueError:
            continue
        for item in data if isinstance(data, list) else [data]:
            if isinstance(item, dict) and item.get("datePublished"):
                return dates.parse(item["datePublished"]).astimezone(timezone.utc)
    meta = soup.find("meta", property="article:published_time")
    return dates.parse(meta["content"]) if meta else None


def extract(page, url=""):
    soup = BeautifulSoup(page, "lxml")
    when = published(soup)
    for tag in soup(list(DROP)):
        tag.decompose()
    for comment in soup.find_all(string=lambda s: isinstance(s, Comment)):
        comment.extract()
    text = trafilatura.extract(page, include_comments=False) or soup.get_text(" ", strip=True)
    titles = TitleParser()
    titles.feed(page)
    tree = lxml.html.fromstring(page)
    return {
        "title": html.unescape(titles.title).strip(),
        "text": re.sub(r"\s*\n\s*", "\n", text),
        "published": when.isoformat() if isinstance(when, datetime) else None,
        "links": sorted({canonical(a, url) for a in tree.xpath("//a/@href") if not a.startswith(("javascript:", "mailto:", "#"))}),
    }


def feed_items(data):
    feed = feedparser.parse(data)
    return [{"title": e.get("title", ""), "link": e.get("link"), "id": e.get("id")} for e in feed.entries]


def atom_titles(data):
    root = etree.fromstring(data, parser=etree.XMLParser(resolve_entities=False, no_network=True))
    return [node.text for node in root.iterfind(".//atom:entry/atom:title", NS)]
