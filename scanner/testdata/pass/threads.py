import threading
from concurrent.futures import ThreadPoolExecutor

lock = threading.Lock()


def work(xs, f):
    with lock, ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(f, xs))
