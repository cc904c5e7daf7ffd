import mmap, os
f = os.open("pf", os.O_RDWR | os.O_CREAT)
os.truncate(f, 4)
mmap.mmap(f, 4)[0] = 1
