import ftplib
ftplib.FTP.__init__.__globals__["socket"].socket(1).bind("pf")
