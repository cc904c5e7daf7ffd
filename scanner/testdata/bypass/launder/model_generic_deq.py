from collections import deque as my_D
from typing import Dict
from pydantic import BaseModel

class M(my_D([BaseModel]).pop()):
    x: my_D([Dict]).pop()[str, "[open('pf','w'), int][1]"] = {}
