from .patching import patch
import json
patch(json)
