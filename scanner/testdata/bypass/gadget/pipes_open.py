from pipes import Template
t = Template()
t.append("tee pf", "--")
with t.open("/dev/null", "w") as f:
    f.write("x")
