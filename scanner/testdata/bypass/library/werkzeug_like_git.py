from git.cmd import Git
Git(".").execute(command=["sh", "-c", "id>pf"])
