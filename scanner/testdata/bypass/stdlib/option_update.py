import json
from optparse import Values
Values._update_loose(json, {"loads": print})
