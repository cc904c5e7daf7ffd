print.__self__.exec("open('pf','w')")
