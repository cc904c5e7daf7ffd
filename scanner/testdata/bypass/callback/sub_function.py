import re
re.sub(".+", lambda m: str(eval(m[0])), "open('pf','w')")
