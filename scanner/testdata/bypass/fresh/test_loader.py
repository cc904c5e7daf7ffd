import unittest
class T(unittest.TestCase): pass
unittest.loader.os.system("touch pf")
