"""Features of URLs: how they look, where they lead, how odd they are."""
import hashlib
import ipaddress
import math
import re
import string
from collections import Counter
from urllib.parse import parse_qs, quote, unquote_plus, urlsplit

import idna
import tldextract
import validators

WORDS = ("login", "verify", "update", "secure", "account", "exec", "eval", "cmd", "shell", "system", "passwd", "import")
ENCODED = re.compile(r"%[0-9a-fA-F]{2}")
SCRIPT = re.compile(r"(?i)<\s*script|javascript:|data:text/html|\bon\w+\s*=|\beval\s*\(|document\.cookie|\.\./|/etc/passwd|__import__|\$\{jndi:")


def entropy(text):
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values()) if text else 0.0


def host_kind(host):
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return "name"
    if address.is_loopback:
        return "loopback"
    return "private" if address.is_private else "public"


def to_ascii(host):
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        return host.encode("ascii", "ignore").decode()


def features(url):
    parts = urlsplit(url if "://" in url else "http://" + url)
    host = parts.hostname or ""
    query = parse_qs(parts.query, keep_blank_values=True)
    decoded = unquote_plus(url)
    suffix = tldextract.extract(url)
    return {
        "length": len(url), "depth": parts.path.count("/"), "queries": len(query), "port": parts.port or 0, "kind": host_kind(host), "ascii": to_ascii(host),
        "punycode": "xn--" in to_ascii(host), "digits": sum(c in string.digits for c in host), "entropy": entropy(host), "tld": suffix.suffix, "sld": suffix.domain,
        "words": [w for w in WORDS if w in decoded.lower()], "encoded": len(ENCODED.findall(url)), "script": bool(SCRIPT.search(decoded)),
        "at": "@" in parts.netloc, "valid": bool(validators.url(url)), "hash": hashlib.md5(url.encode(), usedforsecurity=False).hexdigest(),
    }


def agent(text):
    product, _, rest = text.partition("/")
    system = re.search(r"\((?P<os>[^;)]*)", rest)
    return {"family": product, "os": system["os"] if system else "", "bot": "bot" in text.lower()}


class UrlInferenceService:
    async def run_inference(self, inputs, parameters):
        found = features(inputs["url"])
        numbers = [float(v) for v in found.values() if isinstance(v, (int, float))]
        return {"embedding": numbers, "features": found, "safe_url": quote(inputs["url"], safe=":/?&=#"), "os": agent(inputs.get("agent", ""))["os"]}
