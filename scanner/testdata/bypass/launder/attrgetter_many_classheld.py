class my_H:
    from operator import attrgetter
    import tempfile
a, b = my_H.attrgetter('mkdtemp', '_os.system')(my_H.tempfile)
b('id>pf')
