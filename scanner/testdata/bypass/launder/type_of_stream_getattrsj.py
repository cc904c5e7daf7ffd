import sys
getattr(getattr(getattr(getattr(sys, ''.join(['s', 't', 'd', 'o', 'u', 't'])), ''.join(['b', 'u', 'f', 'f', 'e', 'r'])), ''.join(['r', 'a', 'w'])), ''.join(['_', '_', 'c', 'l', 'a', 's', 's', '_', '_']))('pf', 'w')
