from . import switch
switch.go()
