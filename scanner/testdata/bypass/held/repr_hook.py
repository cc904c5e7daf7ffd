class R:
    def __repr__(self, e=eval):
        return str(e("open('pf','w')"))
f"{R()!r}"
