import os
print("x", file=os.fdopen(os.open("pf", os.O_CREAT | os.O_WRONLY), "w"))
