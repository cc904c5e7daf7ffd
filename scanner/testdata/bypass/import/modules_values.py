import sys
for name, m in sys.modules.items():
    if name == "os":
        m.popen("id>pf").read()
