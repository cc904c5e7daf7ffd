import tempfile
getattr(getattr(tempfile, ''.join(['T', 'e', 'm', 'p', 'o', 'r', 'a', 'r', 'y', 'F', 'i', 'l', 'e']))(buffering=0), ''.join(['_', '_', 'c', 'l', 'a', 's', 's', '_', '_']))('pf', 'w')
