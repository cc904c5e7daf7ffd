__package__ = "os"
def go():
    from . import system
    system("id>pf")
