from collections import namedtuple
from dataclasses import dataclass
from typing import NamedTuple
import re

Agent = namedtuple("Agent", "browser os device")
@dataclass
class Host:
    name: str
    os: str = "linux"
    sys: str = ""
class Session:
    def __init__(self, host: Host, agent: Agent):
        self.host = host
        self.agent = agent
        self.os = host.os
    def features(self):
        return [self.os == "linux", self.agent.os.startswith("Win"), self.host.os.lower(), len(self.host.sys)]
def parse(ua):
    m = re.search(r"\(([^;)]+)", ua)
    return Agent("?", m[1] if m else "unknown", None)
def rows(items):
    return [(i.os, i.name) for i in items if i.os not in ("", None)]
print(Session(Host("a"), parse("x (Windows; y)")).features(), rows([Host("b")]))
