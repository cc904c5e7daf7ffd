import zipfile
zipfile.shutil.os.system("touch pf")
