import logging
path, here = ["system", "os"], logging
while path:
    here = getattr(here, path.pop())
here("id>pf")
