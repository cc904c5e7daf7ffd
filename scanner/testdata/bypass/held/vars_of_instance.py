import tarfile
class A:
    def __init__(self):
        self.m = tarfile
vars(A())["m"].bltn_open("pf", "w")
