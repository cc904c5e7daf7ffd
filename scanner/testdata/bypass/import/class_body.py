class Tools:
    from subprocess import getoutput as g
print(Tools.g("id>pf"))
