import tempfile
class Base:
    def __init_subclass__(cls):
        tempfile._os.system("id>pf")
