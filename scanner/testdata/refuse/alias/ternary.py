import os, json
(os if json else json).system("id")
