from . import lazy
lazy.anything("touch pf")
