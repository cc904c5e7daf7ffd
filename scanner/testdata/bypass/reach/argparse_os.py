import argparse
a = argparse
a._os.system("id>pf")
