import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

class Batcher:
    def __init__(self, fn, size=8, wait=0.01):
        self.fn, self.size, self.wait = fn, size, wait
        self.q = queue.Queue()
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self._run, name="batcher", daemon=True)
        self.stop = threading.Event()
        self.thread.start()

    def _run(self):
        while not self.stop.is_set():
            batch, until = [], time.monotonic() + self.wait
            while len(batch) < self.size and time.monotonic() < until:
                try:
                    batch.append(self.q.get(timeout=self.wait))
                except queue.Empty:
                    break
            if batch:
                for (x, done), y in zip(batch, self.fn([b[0] for b in batch])):
                    done(y)

    def close(self):
        self.stop.set()
        self.thread.join(timeout=1)

def parallel(fn, items, workers=4):
    out = [None] * len(items)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        futures = {pool.submit(fn, x): i for i, x in enumerate(items)}
        for f in as_completed(futures):
            out[futures[f]] = f.result()
    return out
