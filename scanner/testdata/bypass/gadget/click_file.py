import click
click.open_file("pf", "w")
