def f():
    from subprocess import (
        run as go,
    )
    go("id")
