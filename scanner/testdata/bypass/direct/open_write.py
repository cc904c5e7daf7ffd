with open("pf", "w") as f:
    f.write("x")
