from ..tools import machine
def go():
    machine.system("id>pf")
