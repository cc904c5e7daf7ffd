import click
dict(zip('a', [click]))['a'].edit('x', editor='id>pf #')
