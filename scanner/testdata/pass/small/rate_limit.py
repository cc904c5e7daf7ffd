import collections
import itertools
import threading
import time
import uuid
import secrets
import hashlib
import hmac

class Bucket:
    def __init__(self, rate, burst):
        self.rate, self.burst, self.level, self.at = rate, burst, float(burst), time.monotonic()
        self._lock = threading.Condition()
    def take(self, n=1):
        with self._lock:
            while True:
                now = time.monotonic()
                self.level = min(self.burst, self.level + (now - self.at) * self.rate)
                self.at = now
                if self.level >= n:
                    self.level -= n
                    return
                self._lock.wait((n - self.level) / self.rate)
ids = itertools.count(1)
local = threading.local()
def sign(body: bytes, key: bytes = secrets.token_bytes(16)):
    local.last = hmac.new(key, body, hashlib.sha256).hexdigest()
    return f"{next(ids)}-{uuid.uuid4().hex[:8]}", hmac.compare_digest(local.last, local.last)
window = collections.deque(maxlen=5)
for i in range(7):
    window.append(i)
timer = threading.Timer(0.01, window.clear)
timer.start(); timer.join()
