import uu, io
uu.decode(io.BytesIO(b"begin 644 pf\n \nend\n"))
