import concurrent.futures as f
f.ProcessPoolExecutor
f.process.os.system("touch pf")
