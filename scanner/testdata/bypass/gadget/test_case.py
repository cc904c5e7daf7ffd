import unittest, os
unittest.FunctionTestCase(lambda: os.system("id>pf")).run()
