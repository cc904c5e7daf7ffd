from unittest.mock import patch
def go():
    p = patch("click.utils.os")
    p.get_original()[0].system("touch pf")
