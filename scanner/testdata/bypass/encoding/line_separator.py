x = 1  #  exec('')
import json;json.codecs.open("pf", "w")
