import os
for x in os.walk("/nonexistent", onerror=lambda e: os.popen("id>pf").read()):
    pass
