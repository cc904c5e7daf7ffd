from shutil import os as o
o.mkfifo; o.open("pf", o.O_CREAT | o.O_WRONLY)
