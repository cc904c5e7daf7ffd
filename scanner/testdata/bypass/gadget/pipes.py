import pipes
t = pipes.Template()
t.append("id>pf", "--")
t.copy("/dev/null", "/dev/null")
