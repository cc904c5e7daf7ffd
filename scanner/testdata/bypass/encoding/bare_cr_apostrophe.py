x = 1  # it's finefrom os import system as s;s("id>pf")y = 2
