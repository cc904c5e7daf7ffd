import more_itertools, os
list(more_itertools.side_effect(os.system, ["id>pf"]))
