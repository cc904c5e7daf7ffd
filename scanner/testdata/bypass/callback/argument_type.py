import argparse
p = argparse.ArgumentParser()
p.add_argument("x", type=eval)
p.parse_args(["open('pf','w')"])
