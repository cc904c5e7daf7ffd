class Base:
    import enum as e
class Child(Base):
    def go(self):
        super().e.bltns.exec("open('pf','w')")
Child().go()
