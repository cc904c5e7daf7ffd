import json
from unittest.mock import NonCallableMock
NonCallableMock.configure_mock(json, loads=print)
