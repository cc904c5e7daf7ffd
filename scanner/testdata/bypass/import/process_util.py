import concurrent.futures.process as p
p.mp.util.os.system("id>pf")
