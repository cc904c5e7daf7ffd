import os
from concurrent.futures import Future
f = Future()
f.set_result(os)
f.result().system("id>pf")
