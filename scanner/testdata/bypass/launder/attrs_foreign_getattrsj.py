import attr, json
getattr(attr, ''.join(['s']))(getattr(json, ''.join(['J', 'S', 'O', 'N', 'E', 'n', 'c', 'o', 'd', 'e', 'r'])), these={'x': getattr(attr, ''.join(['i', 'b']))(default=1)})
