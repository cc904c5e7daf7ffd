import git
git.cmd.Git().execute(["touch", "pf"])
