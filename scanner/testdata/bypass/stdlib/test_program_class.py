from unittest.main import TestProgram as T
class P(T):
    def runTests(self):
        self.module.getoutput("id>pf")
P("subprocess", argv=["x"])
