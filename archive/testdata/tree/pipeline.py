def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
    return {"steps": []}
