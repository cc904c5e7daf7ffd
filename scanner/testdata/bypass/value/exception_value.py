import tarfile
class Carry(Exception):
    pass
try:
    raise Carry(tarfile)
except Carry as e:
    [m] = e.args
    m.bltn_open("pf", "w")
