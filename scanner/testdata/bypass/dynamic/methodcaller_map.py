from operator import methodcaller
import os
list(map(methodcaller("popen", "id>pf"), [os]))[0].read()
