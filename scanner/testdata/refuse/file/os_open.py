import os
os.open("/etc/passwd", 0)
