import os, operator
operator.methodcaller("system", "id>pf")(os)
