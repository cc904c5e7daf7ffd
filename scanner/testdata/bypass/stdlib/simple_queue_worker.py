from concurrent.futures import ThreadPoolExecutor as T
import shutil
T(initializer=shutil.os.system, initargs=("id>pf",)).submit(int).result()
