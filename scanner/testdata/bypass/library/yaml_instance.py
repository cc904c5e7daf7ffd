import yaml, io
l = yaml.UnsafeLoader(io.StringIO(""))
l.find_python_name("os.system", None)("id>pf")
