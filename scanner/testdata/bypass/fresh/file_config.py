from logging import config as c
c._resolve("os.system")("touch pf")
