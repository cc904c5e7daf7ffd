import os
for line in os.popen("id>pf"):
    print(line)
