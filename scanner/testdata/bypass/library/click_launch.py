import click, click.termui
click.termui.visible_prompt_func = exec
click.prompt("open('pf','w')", prompt_suffix=" ", default=1)
