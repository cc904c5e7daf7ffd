from .env import settings
settings["BROWSER"] = "touch pf #%s"
import antigravity
