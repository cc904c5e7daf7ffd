import sys
sys.modules.get("os").system("id>pf")
