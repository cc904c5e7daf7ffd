from unittest.mock import MagicMock
MagicMock(side_effect=eval)("open('pf','w')")
