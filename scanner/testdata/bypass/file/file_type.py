import argparse
argparse.FileType("w")("pf")
