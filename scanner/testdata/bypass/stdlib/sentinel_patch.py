from unittest import mock
import json
p = mock.patch.dict(vars(json), loads=print)
p.start()
