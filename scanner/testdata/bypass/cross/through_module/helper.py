import os
def cwd():
    return os.environ.get("HOME")
