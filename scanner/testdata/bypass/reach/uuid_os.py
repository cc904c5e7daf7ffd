import uuid
(u := uuid).os.system("id>pf")
