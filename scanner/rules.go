package scanner

// Rule is one reason to refuse a file.
type Rule struct {
	ID       string // PF101; never given to another rule
	Title    string // a few words
	Why      string // what the harm is
	Instead  string // what to write
	Severity Severity
	Fixed    bool // no operator may permit its suppression
}

// Severity is how much harm breaking a rule can do. An upload is refused for
// any.
type Severity string

// The severities.
const (
	High   Severity = "high"   // it leads out of the plugin
	Medium Severity = "medium" // it may, and a reader can tell whether it does
	Low    Severity = "low"    // it hides something, or is a slip
)

// The ids, by what they are about.
const (
	processes   = "PF101"
	nativeCode  = "PF102"
	rawSockets  = "PF103"
	codeOfText  = "PF104"
	imports     = "PF105"
	files       = "PF106"
	namespaces  = "PF107"
	unpickling  = "PF108"
	objectGraph = "PF109"
	dynamicAttr = "PF110"
	hostControl = "PF111"
	notListed   = "PF112"
	starImport  = "PF113"
	gadgets     = "PF114"
	annotations = "PF115"
	tangled     = "PF116"
	reached     = "PF117"
	passedOn    = "PF118"
	reviewed    = "PF119"
	patching    = "PF120"
	environ     = "PF121"

	badEncoding = "PF201"
	hiddenText  = "PF202"
	tooLarge    = "PF203"
	notPython   = "PF204"

	cloudKeys     = "PF301"
	privateKeys   = "PF302"
	serviceTokens = "PF303"
	ownKeys       = "PF304"
	passwords     = "PF305"

	suppressions = "PF401"
)

// Rules gives the table of all rules, by id.
func Rules() []Rule {
	const leak = "whoever can read the plugin can use it, and a published version stays in git for ever"
	const noLeak = "have it given in parameters, and change it where it opens something if others may have seen it"
	return []Rule{
		{processes, "processes", "it starts or controls processes", "do the work in Python, or with a library that does it in-process", High, true},
		{nativeCode, "native code", "it runs native code and reads memory at will", "use a library with a Python interface, such as numpy", High, true},
		{rawSockets, "raw sockets and servers", "it opens sockets or listens on them", "call services with requests, httpx or aiohttp from the pipeline; realtime code has no network, so take what it needs from inputs or ship it in assets/", High, false},
		{codeOfText, "code made from text", "it turns text into running code", "write the code itself, a table of functions, or json.loads for data", High, true},
		{imports, "dynamic imports", "it imports what no reader of the file can see", "write an import statement at the top of the file", High, true},
		{files, "files opened directly", "it reads or writes files of the machine", loaders, Medium, false},
		{namespaces, "changing namespaces", "it reaches variables, or every builtin, by their text", "use a dictionary, or assign attributes by their names", Medium, false},
		{unpickling, "pickles", "loading it can run any code", "store data as JSON, .npy, safetensors or Parquet", High, false},
		{objectGraph, "climbing the object graph", "it leads from any object to the interpreter's insides", "use the object's public methods", High, true},
		{dynamicAttr, "attributes by computed name", "the attribute's name cannot be told from the file", "write a constant name, or a table of functions", Medium, false},
		{hostControl, "control of the host", "it changes limits, signals or devices of the process", "leave these to the service; compute_profile sizes the plugin", High, true},
		{notListed, "members that are not allowed", "only the public and harmless part of this module is allowed", "use the module's public and harmless members, such as os.environ of os", Medium, false},
		{starImport, "star imports", "it hides which names are used", "import the names that you need", Low, false},
		{gadgets, "modules that run code for others", "it can run code that is handed to it", "leave it out of the plugin", High, true},
		{annotations, "code in annotations", "libraries evaluate annotations that are strings", "write the type without quotes, or as a plain name in quotes", Medium, false},
		{tangled, "names that mean too much", "it may be too many things to tell which", "give each thing a name of its own", Low, false},
		{reached, "modules reached through others", "it is the module of that name, which the file does not import from its own place", "import the module itself and use its allowed part; a field needs another name", Medium, false},
		{passedOn, "modules and lookups handed on", "what is done with it elsewhere cannot be seen", "use its members directly where they are needed", Medium, false},
		{reviewed, "modules not known", "nobody has judged whether it is harmless", "use one that is permitted, or ask the operator to allow this one with --scan-allow (naming it in dependencies is not enough)", Low, false},
		{patching, "changing modules", "it changes what other code of the process does", "call a function of your own, or subclass and use the subclass; set a module's setting by the module's own name", Medium, false},
		{environ, "steering variables of the environment", "it decides what Python, the loader or a program runs", "set only variables of the libraries you use, by their constant names", Medium, false},
		{badEncoding, "encodings", "Python may read other code than people see", "save the file as UTF-8", High, true},
		{hiddenText, "hidden characters", "people see other code than Python runs", "remove the character", High, true},
		{tooLarge, "size and nesting", "it cannot be read in bounded time", "split it, or move data into a data file", Low, true},
		{notPython, "syntax", "what cannot be read cannot be checked", "mend the syntax", Low, true},
		{cloudKeys, "keys of a cloud", leak, noLeak, High, true},
		{privateKeys, "private keys", leak, noLeak, High, true},
		{serviceTokens, "tokens of a service", leak, noLeak, High, true},
		{ownKeys, "keys of this service", leak, noLeak, High, true},
		{passwords, "passwords in assignments and addresses", leak, noLeak, Medium, true},
		{suppressions, "suppressions that do not hold", "it says that something was looked at which was not",
			"write `# plugforge: allow PF110 why it is harmless` on the finding's line, for a rule that the operator permits to suppress, or remove the comment", Low, true},
	}
}

func ruleOf(id string) Rule {
	for _, r := range Rules() {
		if r.ID == id {
			return r
		}
	}
	return Rule{ID: id}
}
