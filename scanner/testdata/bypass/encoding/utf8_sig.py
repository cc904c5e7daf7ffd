# coding: utf-8
compile and exec("open('pf','w')")
