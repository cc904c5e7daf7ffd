import json as re
re.codecs.open("pf", "w")
