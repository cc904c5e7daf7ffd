from .tools import *
secret.getoutput("id>pf")
