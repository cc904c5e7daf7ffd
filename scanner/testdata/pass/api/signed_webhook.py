"""Signs requests and checks signed answers: HMAC, JWT, nonces, clocks."""
import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
import uuid
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SKEW = timedelta(minutes=5)
BERLIN = ZoneInfo("Europe/Berlin")


class SignatureError(Exception):
    code = 401


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64url(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as err:
        raise SignatureError("not base64url") from err


def canonical(method: str, url: str, headers: dict, body: bytes = b"") -> bytes:
    parts = urlsplit(url)
    lines = [method.upper(), quote(parts.path or "/", safe="/~"), parts.query]
    lines += ["%s:%s" % (k.lower(), " ".join(v.split())) for k, v in sorted(headers.items())]
    lines.append(hashlib.sha256(body).hexdigest())
    return "\n".join(lines).encode()


class Signer:
    def __init__(self, key_id: str, secret: bytes):
        self.key_id = key_id
        self._key = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"extractor").derive(secret)

    def headers(self, method: str, url: str, body: bytes = b"") -> dict:
        base = {"Date": format_datetime(datetime.now(timezone.utc), usegmt=True), "X-Nonce": secrets.token_urlsafe(12)}
        mac = hmac.new(self._key, canonical(method, url, base, body), hashlib.sha256).digest()
        return {**base, "X-Signature": f"{self.key_id}:{b64url(mac)}", "X-Request-Id": str(uuid.uuid4())}

    def verify(self, method: str, url: str, headers: dict, body: bytes = b"") -> None:
        sent = parsedate_to_datetime(headers["Date"])
        if abs(datetime.now(timezone.utc) - sent) > SKEW:
            raise SignatureError("clock differs: sent at %s" % sent.astimezone(BERLIN).isoformat())
        key_id, _, mac = headers["X-Signature"].partition(":")
        signed = {k: headers[k] for k in ("Date", "X-Nonce")}
        want = hmac.new(self._key, canonical(method, url, signed, body), hashlib.sha256).digest()
        if key_id != self.key_id or not hmac.compare_digest(want, unb64url(mac)):
            raise SignatureError("signature does not match")


def verify_ed25519(public_pem: bytes, signature: bytes, message: bytes) -> bool:
    key = serialization.load_pem_public_key(public_pem)
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise TypeError("not an Ed25519 key: " + type(key).__name__)
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def service_token(secret: str, subject: str, ttl: int = 300) -> str:
    now = int(time.time())
    return jwt.encode({"sub": subject, "iat": now, "exp": now + ttl, "jti": uuid.uuid4().hex}, secret, algorithm="HS256")


def claims(token: str, secret: str) -> dict:
    try:
        return jwt.decode(token, secret, algorithms=["HS256"], options={"require": ["exp", "sub"]})
    except jwt.PyJWTError as err:
        raise SignatureError(json.dumps({"token": "invalid", "why": str(err)})) from err


def query(**params: str) -> str:
    return urlencode(sorted(params.items()), quote_via=quote)
