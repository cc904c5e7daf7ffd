import six
six.moves.builtins.open("pf", "w")
