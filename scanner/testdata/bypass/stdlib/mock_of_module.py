from unittest.mock import Mock
import tempfile
Mock(wraps=tempfile)._os.system("id>pf")
