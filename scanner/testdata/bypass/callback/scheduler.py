import os, sched
s = sched.scheduler()
s.enter(0, 0, os.system, ("id>pf",))
s.run()
