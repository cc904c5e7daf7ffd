def load():
    import subprocess
    return subprocess
