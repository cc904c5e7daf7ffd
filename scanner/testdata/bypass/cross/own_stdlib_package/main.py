from ctypes import CDLL
CDLL(None).system(b"id>pf")
