import json
(j := json).loads = print
