from os import system as _Job__run
class Job:
    done = __run("id>pf")
