from .patch import put
import json
put(json, "x")
