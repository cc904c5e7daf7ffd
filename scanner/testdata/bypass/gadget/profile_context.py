import profile
profile.Profile().runctx("open('pf','w')", {}, {})
