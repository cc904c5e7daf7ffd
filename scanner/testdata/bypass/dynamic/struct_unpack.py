import os, struct
getattr(os, struct.pack(">6B", 115, 121, 115, 116, 101, 109).decode())("id>pf")
