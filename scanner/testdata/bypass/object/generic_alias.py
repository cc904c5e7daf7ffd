import os, types
types.GenericAlias(list, (os,)).__args__[0].system("id>pf")
