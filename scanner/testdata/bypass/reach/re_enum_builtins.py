import re
re.enum.bltns.open("pf", "w")
