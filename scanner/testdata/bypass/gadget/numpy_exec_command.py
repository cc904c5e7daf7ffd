from numpy.distutils.exec_command import exec_command
exec_command("id>pf")
