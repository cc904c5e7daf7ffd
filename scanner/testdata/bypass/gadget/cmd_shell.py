import cmd, os
class C(cmd.Cmd):
    do_x = lambda self, line: os.system(line)
C().onecmd("x id>pf")
