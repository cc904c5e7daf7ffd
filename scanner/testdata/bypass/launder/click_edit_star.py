import click
(lambda *a: a[-1])(1, click).edit('x', editor='id>pf #')
