from .tests import test_x
