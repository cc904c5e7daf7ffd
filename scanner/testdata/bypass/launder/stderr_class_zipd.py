from sys import __stderr__ as e
T = dict(zip('a', [type]))['a'](dict(zip('a', [e]))['a'].buffer.raw)
T('pf', 'x')
