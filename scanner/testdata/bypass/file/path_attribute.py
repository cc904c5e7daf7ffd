import pathlib
class Store:
    def __init__(self):
        self.place = pathlib.Path(".")
    def save(self):
        return (self.place / "pf").open("w")
Store().save()
