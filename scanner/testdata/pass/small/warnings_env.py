import logging
import os
import sys
import warnings

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ["OMP_NUM_THREADS"] = str(min(4, os.cpu_count() or 1))
os.environ["HF_HUB_OFFLINE"] = "1"
warnings.filterwarnings("ignore", category=UserWarning, module="torch")
logging.getLogger("transformers").setLevel(logging.ERROR)
log = logging.getLogger("plugin")
handler = logging.StreamHandler(sys.stderr)
handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
log.addHandler(handler)
log.setLevel(getattr(logging, os.environ.get("LOG", "INFO").upper(), logging.INFO))
if sys.version_info < (3, 9):
    raise RuntimeError("Python 3.9 or newer is needed")
log.info("on %s with %d threads", sys.platform, int(os.environ["OMP_NUM_THREADS"]))
