import os
match os:
    case object(𝕤𝕪𝕤𝕥𝕖𝕞=f):
        f("id>pf")
