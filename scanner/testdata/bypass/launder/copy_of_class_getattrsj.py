import copy, tempfile
raw = getattr(tempfile, ''.join(['T', 'e', 'm', 'p', 'o', 'r', 'a', 'r', 'y', 'F', 'i', 'l', 'e']))(buffering=0)
C = getattr(copy, ''.join(['c', 'o', 'p', 'y']))(getattr(raw, ''.join(['_', '_', 'c', 'l', 'a', 's', 's', '_', '_'])))
C('pf', 'w')
