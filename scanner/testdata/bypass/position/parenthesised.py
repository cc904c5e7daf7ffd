((((exec))))((("open('pf','w')")), (((None))))
