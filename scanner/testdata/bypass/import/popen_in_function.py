def f():
    from os import (
        popen as q,
    )
    q("id>pf").read()
f()
