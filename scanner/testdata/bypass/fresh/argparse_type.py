import argparse, os
p = argparse.ArgumentParser()
p.add_argument("x", type=os.system)
p.parse_args(["touch pf"])
