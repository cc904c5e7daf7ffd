import sys
import threading

class Model:
    _lock = threading.Lock()
    _model = None

    @property
    def model(self):
        if self._model is None:
            with self._lock:
                if self._model is None:
                    from sentence_transformers import SentenceTransformer
                    type(self)._model = SentenceTransformer("all-MiniLM-L6-v2", device="cpu")
        return self._model

    def encode(self, texts):
        import numpy as np
        return np.asarray(self.model.encode(texts, normalize_embeddings=True, show_progress_bar=False))

def progress(it):
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return it
    return tqdm(it, file=sys.stderr, disable=not sys.stderr.isatty())
if sys.platform == "win32":
    raise SystemExit("Linux only")
sys.stdout.reconfigure(encoding="utf-8")
sys.setrecursionlimit(5000)
