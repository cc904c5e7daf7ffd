import tomllib
tomllib.loads("a = inf", parse_float=lambda t: exec("open('pf','w')"))
