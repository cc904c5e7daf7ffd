import re
re.Scanner([(".+", lambda s, t: exec(t))]).scan("open('pf','w')")
