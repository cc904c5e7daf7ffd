import json, 𝓸𝓼 as x
x.system("id>pf")
