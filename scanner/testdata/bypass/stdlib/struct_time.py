import calendar
calendar.sys.modules["os"].system("id>pf")
