from pydantic import ImportString
