import json
import os as json
