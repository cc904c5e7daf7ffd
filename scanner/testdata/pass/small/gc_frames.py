import gc
import time
import tracemalloc
import torch
from types import TracebackType
from typing import Optional, Type

class Free:
    def __enter__(self):
        tracemalloc.start()
        self.start = time.time()
        return self
    def __exit__(self, exc_type: Optional[Type[BaseException]], exc: Optional[BaseException], tb: Optional[TracebackType]) -> bool:
        current, self.peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
            torch.cuda.synchronize()
        return False
with Free() as f:
    x = [0] * 1000
    del x
print(f.peak)
