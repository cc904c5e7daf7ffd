class Base:
    thing = None
    name = ""
    def go(self, *args):
        return getattr(self.thing, self.name)(*args)
