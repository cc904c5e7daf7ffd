import os

KEY = os.environ.get("API_KEY", "")
HOME = os.getenv("HOME")
BASE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "assets")
os.environ["TOKENIZERS_PARALLELISM"] = "false"
WORKERS = min(4, os.cpu_count() or 1)
