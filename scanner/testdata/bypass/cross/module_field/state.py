import tarfile
class State:
    def __init__(self):
        self.lib = tarfile
state = State()
