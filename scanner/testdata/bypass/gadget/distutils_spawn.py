from setuptools._distutils.spawn import spawn
spawn(["touch", "pf"])
