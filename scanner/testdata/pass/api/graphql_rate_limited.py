"""A GraphQL source with a token bucket, pages by cursor, and answers checked by a schema."""
import itertools
import logging
import threading
import time
from typing import Any, Dict, Generator, Iterator, Optional

import jsonschema
import requests
import ujson
from cachetools import TTLCache, cached
from cachetools.keys import hashkey
from gql import Client, gql
from gql.transport.requests import RequestsHTTPTransport
from ratelimit import limits, sleep_and_retry
from requests_toolbelt import MultipartEncoder

log = logging.getLogger(__name__)

QUERY = """
query Items($first: Int!, $after: String) {
  items(first: $first, after: $after) {
    edges { node { id title open exec: executions eval: score } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

SCHEMA = {
    "type": "object",
    "required": ["id", "title"],
    "properties": {"id": {"type": "string", "pattern": r"^[\w\-]{1,64}$"}, "title": {"type": "string"}, "open": {"type": "boolean"}},
}


class TokenBucket:
    def __init__(self, rate: float, burst: int) -> None:
        self.rate, self.burst = rate, burst
        self._tokens, self._last = float(burst), time.monotonic()
        self._lock = threading.Condition()

    def take(self, n: int = 1, timeout: Optional[float] = None) -> bool:
        end = None if timeout is None else time.monotonic() + timeout
        with self._lock:
            while True:
                now = time.monotonic()
                self._tokens = min(self.burst, self._tokens + (now - self._last) * self.rate)
                self._last = now
                if self._tokens >= n:
                    self._tokens -= n
                    return True
                wait = (n - self._tokens) / self.rate
                if end is not None and now + wait > end:
                    return False
                self._lock.wait(wait)


class Source:
    def __init__(self, url: str, token: str = "") -> None:
        transport = RequestsHTTPTransport(url=url, headers={"Authorization": f"Bearer {token}"}, retries=3)
        self.client = Client(transport=transport, fetch_schema_from_transport=False)
        self.bucket = TokenBucket(rate=5, burst=10)

    def pages(self, size: int = 50) -> Generator[Dict[str, Any], None, int]:
        after: Optional[str] = None
        for number in itertools.count(1):
            self.bucket.take()
            page = self.client.execute(gql(QUERY), variable_values={"first": size, "after": after})["items"]
            yield page
            if not page["pageInfo"]["hasNextPage"]:
                return number
            after = page["pageInfo"]["endCursor"]
        return 0

    def items(self) -> Iterator[Dict[str, Any]]:
        total = yield from (edge["node"] for page in self.pages() for edge in page["edges"])
        log.debug("pages: %s", total)


@cached(TTLCache(maxsize=512, ttl=600), key=lambda url, *_: hashkey(url))
@sleep_and_retry
@limits(calls=10, period=1)
def fetch(url: str, timeout: float = 10.0) -> Any:
    return ujson.loads(requests.get(url, timeout=timeout).content)


def upload(url: str, data: bytes) -> int:
    form = MultipartEncoder(fields={"file": ("image.jpg", data, "image/jpeg")})
    return requests.post(url, data=form, headers={"Content-Type": form.content_type}, timeout=60).status_code


def valid(item: Dict[str, Any]) -> bool:
    try:
        jsonschema.validate(item, SCHEMA)
    except jsonschema.ValidationError as err:
        log.info("%s: %s", "/".join(map(str, err.absolute_path)), err.message)
        return False
    return True
