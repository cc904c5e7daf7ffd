from unittest.mock import MagicMock
import os
MagicMock(side_effect=os.system)("touch pf")
