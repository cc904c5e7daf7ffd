import os
from unittest.mock import Mock
Mock(wraps=os).system("id>pf")
