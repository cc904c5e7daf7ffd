a, *b = 1, *eval("[open('pf','w')]")
