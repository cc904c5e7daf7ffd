import os, weakref
weakref.proxy(os).system("id>pf")
