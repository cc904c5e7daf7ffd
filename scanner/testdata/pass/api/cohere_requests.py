"""Cohere-style REST over requests: a session, an adapter with retries, and typed errors."""
import json
import logging
import os
import random
import time
from http import HTTPStatus
from typing import Any, Dict, Iterable, List, Optional

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

logger = logging.getLogger(__name__)
BASE = os.environ.get("COHERE_URL", "https://api.example.com").rstrip("/")


class ApiError(Exception):
    def __init__(self, status: int, message: str, code: Optional[str] = None):
        self.status, self.message, self.code = status, message, code
        super().__init__("%d %s%s" % (status, message, " [%s]" % code if code else ""))

    @classmethod
    def from_response(cls, response: requests.Response) -> "ApiError":
        try:
            body = response.json()
        except json.JSONDecodeError:
            body = {}
        error = body.get("error") or {}
        return cls(response.status_code, error.get("message") or response.reason, error.get("code"))

    @property
    def retryable(self) -> bool:
        return self.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE) or self.status >= 500


class TimeoutAdapter(HTTPAdapter):
    def __init__(self, *args: Any, timeout: float = 20, **kwargs: Any) -> None:
        self.timeout = timeout
        super().__init__(*args, **kwargs)

    def send(self, request, **kwargs):
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self.timeout
        return super().send(request, **kwargs)


def make_session(key: str) -> requests.Session:
    session = requests.Session()
    retry = Retry(total=4, backoff_factor=0.4, status_forcelist=[429, 502, 503, 504], allowed_methods={"GET", "POST"})
    session.mount("https://", TimeoutAdapter(max_retries=retry, pool_maxsize=16))
    session.headers.update({"Authorization": f"Bearer {key}", "Accept": "application/json"})
    session.hooks["response"].append(lambda r, *a, **kw: logger.debug("%s %s", r.status_code, r.url))
    return session


class Client:
    def __init__(self, key: Optional[str] = None):
        key = key or os.environ.get("COHERE_API_KEY")
        if not key:
            raise RuntimeError("COHERE_API_KEY is not set")
        self.http = make_session(key)

    def _post(self, path: str, body: Dict[str, Any], attempts: int = 4) -> Dict[str, Any]:
        for attempt in range(1, attempts + 1):
            response = self.http.post(f"{BASE}/{path.lstrip('/')}", data=json.dumps(body), headers={"Content-Type": "application/json"})
            if response.ok:
                return response.json()
            error = ApiError.from_response(response)
            if attempt == attempts or not error.retryable:
                raise error
            wait = float(response.headers.get("Retry-After", 0)) or min(30, 2 ** attempt) * random.uniform(0.5, 1.5)
            logger.warning("%s; again in %.1f s (%d/%d)", error, wait, attempt, attempts)
            time.sleep(wait)
        raise AssertionError("unreachable")

    def embed(self, texts: Iterable[str], input_type: str = "search_document") -> List[List[float]]:
        body = {"texts": list(texts), "model": "embed-v4.0", "input_type": input_type, "embedding_types": ["float"]}
        return self._post("/v2/embed", body)["embeddings"]["float"]
