names = iter(*[dir(*[len])])
for n in names:
    if n[2:6] == 'self':
        getattr(*[len, n]).exec(*["open('pf','w')"])
