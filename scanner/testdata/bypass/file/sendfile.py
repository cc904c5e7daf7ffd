import os
os.sendfile(os.open("pf", 65), os.open("/etc/passwd", 0), 0, 10)
