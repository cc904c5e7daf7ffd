"""Forecasts from several services, whichever answer, made into one series."""
from __future__ import annotations

import functools
import logging
import os
import random
import statistics
import time
from collections import ChainMap, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from http import HTTPStatus
from typing import Any, Callable, Iterable, Mapping, NoReturn

import httpx
import numpy as np
from tenacity import retry, retry_if_exception_type, stop_after_attempt

log = logging.getLogger(__name__)
Series = dict[datetime, float]
_sources: dict[str, Callable[[float, float], Series]] = {}
DEFAULTS = {"WEATHER_TIMEOUT": "10", "WEATHER_SOURCES": "open,global"}
CONFIG: Mapping[str, str] = ChainMap(os.environ, DEFAULTS)


def source(name: str):
    def register(fn: Callable[[float, float], Series]):
        _sources[name] = fn
        return fn

    return register


@dataclass
class Unavailable(Exception):
    name: str
    status: int

    def __str__(self) -> str:
        try:
            phrase = HTTPStatus(self.status).phrase
        except ValueError:
            phrase = "?"
        return f"{self.name}: {self.status} {phrase}"


def fail(name: str, response: httpx.Response) -> NoReturn:
    raise Unavailable(name, response.status_code)


@retry(retry=retry_if_exception_type(httpx.TransportError), stop=stop_after_attempt(3), reraise=True)
def get(name: str, url: str, **params: Any) -> Any:
    response = httpx.get(url, params=params, timeout=float(CONFIG["WEATHER_TIMEOUT"]))
    return response.json() if response.is_success else fail(name, response)


def hours(times: Iterable[str], values: Iterable[float | None]) -> Series:
    return {datetime.fromisoformat(t).replace(tzinfo=timezone.utc): float(v) for t, v in zip(times, values) if v is not None}


@source("open")
def open_weather(lat: float, lon: float) -> Series:
    data = get("open", "https://open.example.com/v1/forecast", latitude=lat, longitude=lon, hourly="temperature_2m")
    return hours(data["hourly"]["time"], data["hourly"]["temperature_2m"])


@source("global")
def global_model(lat: float, lon: float) -> Series:
    rows = get("global", "https://global.example.com/point", lat=lat, lon=lon, key=os.environ.get("GLOBAL_KEY", ""))["rows"]
    return hours((r["t"] for r in rows), (r.get("temp") for r in rows))


def ttl_cache(seconds: float):
    def decorate(fn):
        store: dict[tuple, tuple[float, Any]] = {}

        @functools.wraps(fn)
        def wrapper(*key):
            born, value = store.get(key, (float("-inf"), None))
            if time.monotonic() - born > seconds:
                value = fn(*key)
                store[key] = time.monotonic(), value
            return value

        return wrapper

    return decorate


@ttl_cache(900)
def combined(lat: float, lon: float) -> Series:
    by_hour: dict[datetime, list[float]] = defaultdict(list)
    names = CONFIG["WEATHER_SOURCES"].split(",")
    random.shuffle(names)
    for name in names:
        try:
            for when, value in _sources[name](lat, lon).items():
                by_hour[when].append(value)
        except (Unavailable, httpx.HTTPError) as err:
            log.warning("%s", err)
    if not by_hour:
        raise RuntimeError("no service answered")
    return {when: statistics.median(values) for when, values in sorted(by_hour.items())}


class RealtimeHandler:
    def predict(self, request: dict[str, Any]) -> dict[str, Any]:
        series = combined(float(request["lat"]), float(request["lon"]))
        now = datetime.now(timezone.utc)
        values = np.array([v for t, v in series.items() if now <= t < now + timedelta(days=2)])
        padded = np.interp(np.linspace(0, max(len(values) - 1, 0), 48), np.arange(len(values)), values) if len(values) else np.zeros(48)
        return {"embedding": ((padded - padded.mean()) / (padded.std() or 1)).tolist(), "min": float(padded.min()), "max": float(padded.max())}
