import sys
sys.stdout.buffer.raw.__class__("pf", "w")
