import sys
sys.breakpointhook = exec
breakpoint("open('pf','w')")
