import os
f = os.open("pf", os.O_WRONLY | os.O_CREAT)
os.write(f, b"x")
