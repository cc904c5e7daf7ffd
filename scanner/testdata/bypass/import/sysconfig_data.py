import os, sysconfig
os.environ["BROWSER"] = "touch pf #%s"
os.environ["_PYTHON_SYSCONFIGDATA_NAME"] = "antigravity"
try:
    sysconfig._init_posix({})
except Exception:
    pass
