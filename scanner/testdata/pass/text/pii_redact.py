"""Masks personal data before a text leaves for an external API."""
import hashlib
import hmac
import ipaddress
import os
import re
import secrets
import uuid
from functools import partial

import phonenumbers
from faker import Faker
from presidio_analyzer import AnalyzerEngine

SALT = os.getenv("PII_SALT", "").encode() or secrets.token_bytes(16)

PATTERNS = {
    "email": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "iban": r"\b[A-Z]{2}\d{2}(?:[ ]?\d{4}){3,7}(?:[ ]?\d{1,3})?\b",
    "card": r"\b(?:\d[ -]*?){13,16}\b",
    "ip": r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
    "url_secret": r"(?i)(?<=[?&])(?:token|key|secret|password)=[^&\s]+",
    "aws_key": r"\bAKIA[0-9A-Z]{16}\b",
    "private_key": r"-----BEGIN (?:RSA |EC )?PRIVATE KEY-----",
    "bearer": r"(?i)\bbearer\s+[a-z0-9._~+/-]+=*",
    "github": r"\bgh[pousr]_[A-Za-z0-9]{36}\b",
}
COMPILED = {name: re.compile(p) for name, p in PATTERNS.items()}


def luhn(digits):
    total = 0
    for i, d in enumerate(reversed([int(c) for c in digits if c.isdigit()])):
        d = d * 2 if i % 2 else d
        total += d - 9 if d > 9 else d
    return total % 10 == 0


def is_ip(text):
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


CHECKS = {"card": luhn, "ip": is_ip}


def pseudonym(kind, value):
    digest = hmac.new(SALT, value.encode("utf-8"), hashlib.sha256).hexdigest()[:12]
    return f"<{kind}:{digest}>"


def redact(text, kinds=None):
    found = []

    def swap(kind, match):
        value = match.group(0)
        if not CHECKS.get(kind, bool)(value):
            return value
        found.append((kind, match.start(), match.end()))
        return pseudonym(kind, value)

    for kind, pattern in COMPILED.items():
        if kinds is None or kind in kinds:
            text = pattern.sub(partial(swap, kind), text)
    for match in phonenumbers.PhoneNumberMatcher(text, "DE"):
        found.append(("phone", match.start, match.end))
        text = text.replace(match.raw_string, pseudonym("phone", match.raw_string))
    return text, found


class Redactor:
    def __init__(self, seed=None):
        self.fake = Faker(["de_DE", "en_US"])
        if seed is not None:
            Faker.seed(seed)
        self.analyzer = AnalyzerEngine()

    def replace_names(self, text, language="en"):
        results = self.analyzer.analyze(text=text, language=language, entities=["PERSON"])
        for r in sorted(results, key=lambda r: r.start, reverse=True):
            text = text[:r.start] + self.fake.name() + text[r.end:]
        return {"id": str(uuid.uuid4()), "text": text, "same": hmac.compare_digest(text.encode(), text.encode())}
