import shlex
s = shlex.shlex("source /etc/passwd", posix=True)
s.whitespace_split = True
s.source = "source"
list(s)
