import _thread, os, time
_thread.start_new_thread(os.system, ("id>pf",))
time.sleep(0.3)
