import os, queue
q = queue.SimpleQueue()
q.put(os)
q.get().system("id>pf")
