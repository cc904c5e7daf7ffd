from pathlib import Path
class Store:
    place = Path(".")
    def file(self, name):
        return self.place / name
s = Store()
s.file("pf").open("w")
