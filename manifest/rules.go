package manifest

// Rule is one reason to refuse what a plugin says of itself.
type Rule struct {
	ID      string // manifest.<word>; never given to another rule
	Title   string // a few words
	Why     string // what goes wrong otherwise
	Instead string // what to write
}

// Rules gives the table of all rules, by id.
func Rules() []Rule {
	const unread = "the file is read and never run, so only what stands in it counts"
	const schema = "the schema that callers see would differ from what the class accepts"
	return []Rule{
		{"manifest.bad-dependency", "dependencies", "what pip can't read or install shows only where somebody installs the plugin", "write each package once, as name>=1.2,<2"},
		{"manifest.bad-dimension", "dimension of an embedding", "an index for the vectors can't be made", "write the number of floats, from 1 to 65536"},
		{"manifest.bad-feature-name", "name of a feature", "it is part of the feature's address", "use 1 to 128 letters, digits, _, . or -, the first a letter, digit or _"},
		{"manifest.bad-metric", "metric of an embedding", "vectors would be compared by a measure they were not made for", "write cosine, euclid or dot"},
		{"manifest.bad-name", "name of the plugin", "it is part of every path that leads to the plugin", "use a letter, then 2 to 63 letters, digits or underscores"},
		{"manifest.bad-value", "values out of range", "the plugin could not be run as it asks", "stay within what the finding names"},
		{"manifest.bad-version", "version number", "versions are ordered by their numbers", "use X.Y.Z without leading zeros, such as 1.0.0"},
		{"manifest.changed", "changed after assignment", unread, "write the whole value in the assignment"},
		{"manifest.duplicate-feature", "features with one name", "one of the two would be lost", "give each feature a name of its own"},
		{"manifest.environment", "values from the environment", "they differ between machines", "write the value itself"},
		{"manifest.given-twice", "two values for one key", "nobody can tell which is meant", "keep one of them"},
		{"manifest.look-alike-key", "look-alike keys of a feature", "elsewhere such a key is ignored without a word", "write feature_type, feature_name, embedding_dim, distance_metric"},
		{"manifest.missing-file", "missing files", "the plugin can't be run without", "add manifest.py and pipeline.py at the plugin's root"},
		{"manifest.missing-key", "missing keys of a feature", "an index for it can't be made", "add the key that the finding names"},
		{"manifest.missing-name", "missing name", "the manifest must say which plugin it describes", "add feature_extractor_name"},
		{"manifest.name-mismatch", "another name than the upload's", "one of the two is a mistake", "make them the same"},
		{"manifest.no-build-steps", "no build_steps", "batches call it", "define build_steps at the top level of pipeline.py"},
		{"manifest.no-handler", "no handler", "calls need one to answer", "define class InferenceService(BaseInferenceService) with async def __call__(self, inputs, parameters)"},
		{"manifest.not-a-model", "schemas that are no pydantic class", unread, "derive the class from pydantic.BaseModel"},
		{"manifest.not-json", "values without a form in JSON", "the manifest is stored and answered as JSON", "write strings, numbers, lists and dictionaries with string keys"},
		{"manifest.not-plain", "keys given in a roundabout way", unread, "give the key by one plain assignment at the top level"},
		{"manifest.too-large", "too much in one manifest", "small files of constants within constants would take a server's time and memory", "write less, or put data into a data file"},
		{"manifest.unknown-config", "options of a model", schema, "remove the option, or write the schema as a dictionary"},
		{"manifest.unknown-field", "fields of a model", schema, "write fields as name: type = Field(…)"},
		{"manifest.unknown-key", "unknown keys", "a misspelt key would be ignored", "use one of the keys that the finding lists"},
		{"manifest.unknown-type", "types of a model", schema, "use str, int, float, bool, list, dict, Optional, Literal, Any, or a model of this file"},
		{"manifest.unknown-value", "values that only running would tell", unread, "write a literal"},
		{"manifest.unreadable", "syntax", "what can't be read can't be checked", "mend the syntax"},
		{"manifest.version-mismatch", "another version than the upload's", "one of the two is a mistake", "make them the same, or leave the version out of the upload"},
		{"manifest.wrong-type", "values of the wrong type", "what reads the manifest expects another", "write what the finding names"},
	}
}
