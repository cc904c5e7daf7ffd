import shutil, os
shutil.rmtree("/nonexistent", onerror=lambda *a: os.system("id>pf"))
