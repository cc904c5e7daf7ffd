import os.path as p
p.os.system("id")
