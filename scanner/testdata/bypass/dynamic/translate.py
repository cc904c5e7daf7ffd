import os
getattr(os, "rxrsdl".translate({114: "s", 120: "y", 100: "e", 108: "m"}).replace("sysse", "syste"))("id>pf")
