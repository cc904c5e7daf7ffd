import _ctypes
h = _ctypes.dlopen("libc.so.6", 2)
_ctypes.call_cdeclfunction(_ctypes.dlsym(h, "system"), (b"id>pf",))
