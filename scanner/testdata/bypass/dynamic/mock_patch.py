import unittest.mock
with unittest.mock.patch("os.getcwd", exec):
    import os
    os.getcwd("open('pf','w')")
