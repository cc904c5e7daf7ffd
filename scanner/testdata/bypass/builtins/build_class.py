(lambda: __build_class__.__self__.exec("open('pf','w')"))()
