import os
x = getattr(os, "\163\171\163\164\145\155", None)("id>pf")
