"""The names that pipeline.py imports, so that realtime.py may share its code."""
import dataclasses
import enum
import typing


class ResourceType(str, enum.Enum):
    CPU = "cpu"
    GPU = "gpu"
    API = "api"


class RowCondition(str, enum.Enum):
    ALWAYS = "always"
    IS_TEXT = "is_text"
    IS_IMAGE = "is_image"
    IS_VIDEO = "is_video"
    IS_AUDIO = "is_audio"
    IS_PDF = "is_pdf"


@dataclasses.dataclass
class StepDefinition:
    name: str = ""
    service_class: typing.Any = None
    resource_type: typing.Any = ResourceType.CPU
    config: typing.Any = None
    condition: typing.Any = None
    options: dict = dataclasses.field(default_factory=dict)

    def __init__(self, name="", service_class=None, resource_type=ResourceType.CPU, config=None, condition=None,
                 **options):
        self.name, self.service_class, self.resource_type = name, service_class, resource_type
        self.config, self.condition, self.options = config, condition, options


class PipelineDefinition:
    def __init__(self, name="", version="", steps=(), **options):
        self.name, self.version, self.steps, self.options = name, version, list(steps), options


def build_pipeline_steps(definition, *args, base_steps=None, **kwargs):
    """The steps in order, after those given."""
    return {"steps": list(base_steps or []) + list(definition.steps), "prepare": lambda dataset: dataset}
