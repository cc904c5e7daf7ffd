from engine.plugins.extractors.pipeline import PipelineDefinition, StepDefinition, ResourceType, RowCondition, build_pipeline_steps
from shared.plugins import parallel_io, concurrent_api_calls, download_asset
import pandas as pd

class Embed:
    def __init__(self, params):
        self.params = params
        self.model = None
    def __call__(self, batch: pd.DataFrame) -> pd.DataFrame:
        batch["embedding"] = [[float(len(str(x)))] * 4 for x in batch["data"]]
        return batch

def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
    p = PipelineDefinition(name="x", version="v1", steps=[
        StepDefinition(service_class=Embed, resource_type=ResourceType.CPU, condition=RowCondition.IS_TEXT)])
    return {"steps": (base_steps or []) + build_pipeline_steps(p, extractor_request, **kwargs), "prepare": lambda ds: ds}
