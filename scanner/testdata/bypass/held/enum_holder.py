import enum, tarfile
class Tools(enum.Enum):
    T = tarfile
Tools["T"].value.bltn_open("pf", "w")
