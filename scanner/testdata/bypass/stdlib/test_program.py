import unittest
unittest.main(module="subprocess", argv=["x"], exit=False).module.getoutput("id>pf")
