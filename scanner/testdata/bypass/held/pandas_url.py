import pandas as pd
import urllib.request
class R(urllib.request.Request):
    pass
urllib.request.urlopen(R("FILE:///etc/passwd")).read()
