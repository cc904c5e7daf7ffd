def f():
    pass
for n in dir(*[f]):
    if n.strip(*['_']) == 'builtins':
        getattr(*[f, n])['exec'](*["open('pf','w')"])
