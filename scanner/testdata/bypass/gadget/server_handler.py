from wsgiref.handlers import SimpleHandler
import os
h = SimpleHandler(None, None, None, {})
h.run(lambda e, s: os.system("id>pf") and [])
