"""system"""
import os
getattr(os, __doc__)("id>pf")
