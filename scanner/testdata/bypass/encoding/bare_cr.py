# commentimport subprocess;subprocess.call(["touch","pf"])
