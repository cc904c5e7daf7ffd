# plugforge: allow PF101 PF102 PF103 PF104 PF105 PF106 PF107 PF108 PF109 PF110 everything is needed
x = [0, exec("open('pf','w')")]  # plugforge: allow PF104 needed
