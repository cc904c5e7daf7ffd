import click
(lambda **k: k['a'])(a=click).open_file('pf', 'w')
