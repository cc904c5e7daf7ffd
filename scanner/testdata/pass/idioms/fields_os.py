"""Devices: what they run, as data.  `os` is a column here, and a field."""
import platform
import re
from dataclasses import dataclass
from typing import Iterable, List, NamedTuple, Optional

import pandas as pd

PATTERN = re.compile(r"(?P<os>Windows|Mac OS X|Linux|Android|iOS)[ /]?(?P<version>[\d._]*)")


class Device(NamedTuple):
    os: str
    version: str
    code: int = 0
    resource: str = ""


@dataclass
class Runtime:
    os: str = platform.system()
    platform: str = platform.platform()
    signal: float = 0.0


def parse(agent: str) -> Optional[Device]:
    m = PATTERN.search(agent)
    return Device(m["os"], m["version"].replace("_", ".")) if m else None


def is_mac(runtime: Runtime) -> bool:
    return "Darwin" in runtime.os or runtime.os.startswith("mac")


def of_frame(frame: pd.DataFrame) -> List[str]:
    return [f"{row.os} {row.version}" for row in frame.itertuples() if row.os != "unknown"]


def share(devices: Iterable[Device]) -> dict:
    devices = list(devices)
    return {name: sum(d.os == name for d in devices) / len(devices) for name in {d.os for d in devices}}


def agent_features(ua) -> dict:
    return {"family": ua.os.family, "version": ua.os.version_string, "strong": ua.signal > 0.5, "kind": ua.resource.kind}
