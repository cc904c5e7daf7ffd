from . import main
def go():
    main.give().system("id>pf")
