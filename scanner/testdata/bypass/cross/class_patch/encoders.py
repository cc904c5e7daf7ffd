from json import JSONEncoder as Base
