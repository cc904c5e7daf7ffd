import logging
match logging:
    case object(os=object(system=run)):
        run("id>pf")
