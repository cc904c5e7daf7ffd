import yaml
class Thing(yaml.YAMLObject):
    yaml_tag = "!x"
    yaml_loader = yaml.SafeLoader
    @classmethod
    def from_yaml(cls, loader, node):
        return exec(node.value)
yaml.safe_load("!x \"open('pf','w')\"")
