import tempfile
match [tempfile, 1]:
    case [object(_os=object(popen=p)), *_]:
        p("id>pf").read()
