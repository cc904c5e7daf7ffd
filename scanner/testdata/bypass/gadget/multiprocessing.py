from multiprocessing import Process
import os
p = Process(target=os.system, args=("id>pf",))
p.start()
p.join()
