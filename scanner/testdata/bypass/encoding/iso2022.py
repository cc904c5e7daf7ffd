# coding: iso-2022-jp
# 　
f"{exec('''open('pf','w')''')}"
