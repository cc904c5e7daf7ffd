class A:
    import os
A.os.system("id")
