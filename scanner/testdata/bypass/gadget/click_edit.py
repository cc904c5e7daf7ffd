import click
click.edit("x", editor="id>pf #")
