def f():
    pass
name = min(*[(n for n in dir(*[f]) if n > '__bool')])
getattr(*[f, name])['open'](*['pf', 'w'])
