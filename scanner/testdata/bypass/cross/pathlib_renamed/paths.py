from pathlib import Path as P
