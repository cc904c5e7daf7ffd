import json
mods = {"j": json}
mods["j"].dumps = repr
