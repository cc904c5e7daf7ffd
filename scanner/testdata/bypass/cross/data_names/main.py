import json
import os
from pathlib import PurePath
from .read import read
table = json.loads(read(PurePath(__file__).parent / "names.json"))
getattr(os, table["run"])("id>pf")
