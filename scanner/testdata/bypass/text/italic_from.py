from os import 𝘴𝘺𝘴𝘵𝘦𝘮 as f
f("id>pf")
