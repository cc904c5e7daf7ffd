from pydantic import RootModel
class Rows(RootModel[dict[str, "[open('pf','w'), int][1]"]]):
    pass
Rows({})
