from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Config:
    name: str = "x"
    sizes: list = field(default_factory=list)

    def __post_init__(self):
        if not self.name:
            raise ValueError(self.__class__.__name__)


print(asdict(Config()))
