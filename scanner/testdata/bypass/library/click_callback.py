import click, os
@click.command()
@click.option("--x", callback=lambda c, p, v: os.system("id>pf"))
def main(x):
    pass
main.main([], standalone_mode=False)
