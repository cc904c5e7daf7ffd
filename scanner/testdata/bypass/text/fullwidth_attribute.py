import os
print(os.ｓｙstem("id>pf"))
