try:
    1 / 0
except Exception as e:
    t = [getattr(*[e, n]) for n in dir(*[e]) if n.strip(*['_']) == 'traceback'][0]
    f = [getattr(*[t, n]) for n in dir(*[t]) if n[3:] == 'frame'][0]
    [getattr(*[f, n]) for n in dir(*[f]) if n[2:] == 'builtins'][0]['open'](*['pf', 'w'])
