class A:
    def put(self):
        global __held
        import os as __held
A().put()
_A__held.system("id>pf")
