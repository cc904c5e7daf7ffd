import ssl
import certifi
import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

def session(total=3):
    s = requests.Session()
    retry = Retry(total=total, backoff_factor=0.5, status_forcelist=(429, 500, 502), allowed_methods=frozenset(["GET", "POST"]))
    for scheme in ("http://", "https://"):
        s.mount(scheme, HTTPAdapter(max_retries=retry, pool_maxsize=8))
    s.headers.update({"User-Agent": "plugin/1.0"})
    s.verify = certifi.where()
    s.hooks["response"].append(lambda r, *a, **k: r.raise_for_status())
    return s

CONTEXT = ssl.create_default_context(cafile=certifi.where())
print(session().get_adapter("https://x").max_retries.total)
