package manifest

// library is a type that is not the file's own, by its origin; nil for those
// that are not read.
func (b *builder) library(origin string) *node {
	switch origin {
	case "str", "typing.Text", "pydantic.StrictStr":
		return &node{kind: strNode}
	case "int", "pydantic.StrictInt":
		return &node{kind: intNode}
	case "float", "pydantic.StrictFloat", "pydantic.FiniteFloat":
		return &node{kind: floatNode}
	case "bool", "pydantic.StrictBool":
		return &node{kind: boolNode}
	case "bytes", "pydantic.StrictBytes":
		return &node{kind: bytesNode}
	case "typing.Any", "object":
		return &node{kind: anyNode}
	case "types.NoneType":
		return &node{kind: noneNode}
	case "decimal.Decimal":
		return &node{kind: decimalNode}
	}
	if n := container(origin); n != nil {
		return n
	}
	return formatted(origin)
}

func container(origin string) *node {
	anything := &node{kind: anyNode}
	switch origin {
	case "list", "typing.List", "typing.Deque", "collections.deque", "typing.MutableSequence", "collections.abc.MutableSequence":
		return &node{kind: listNode, inner: anything}
	case "typing.Sequence", "collections.abc.Sequence":
		return &node{kind: sequenceNode, inner: anything}
	case "typing.Iterable", "collections.abc.Iterable", "typing.Generator", "collections.abc.Generator":
		return &node{kind: generatorNode, inner: anything}
	case "set", "typing.Set", "frozenset", "typing.FrozenSet", "typing.AbstractSet", "collections.abc.Set", "typing.MutableSet", "collections.abc.MutableSet":
		return &node{kind: setNode, inner: anything}
	case "tuple", "typing.Tuple":
		return &node{kind: repeatNode, inner: anything}
	case "dict", "typing.Dict", "typing.Mapping", "collections.abc.Mapping", "typing.MutableMapping", "collections.abc.MutableMapping",
		"typing.OrderedDict", "collections.OrderedDict":
		return &node{kind: dictNode}
	case "typing.DefaultDict", "collections.defaultdict":
		return &node{kind: mappingNode}
	case "typing.Counter", "collections.Counter":
		return &node{kind: dictNode, inner: &node{kind: intNode}}
	}
	return nil
}

// bounded are the numbers that pydantic names by their bounds: the number's
// type, and the bound, which is 0.
func bounded(origin string) (base, bound string) {
	switch origin {
	case "pydantic.PositiveInt":
		return "int", "gt"
	case "pydantic.NegativeInt":
		return "int", "lt"
	case "pydantic.NonNegativeInt":
		return "int", "ge"
	case "pydantic.NonPositiveInt":
		return "int", "le"
	case "pydantic.PositiveFloat":
		return "float", "gt"
	case "pydantic.NegativeFloat":
		return "float", "lt"
	case "pydantic.NonNegativeFloat":
		return "float", "ge"
	case "pydantic.NonPositiveFloat":
		return "float", "le"
	}
	return "", ""
}

// formatted are strings of a format.
func formatted(origin string) *node {
	switch origin {
	case "pydantic.HttpUrl", "pydantic.WebsocketUrl":
		n := fixed("format", "uri", "maxLength", 2083, "minLength", 1, "type", "string")
		n.kind = urlNode
		return n
	case "pydantic.AnyUrl", "pydantic.AnyHttpUrl", "pydantic.FileUrl", "pydantic.FtpUrl", "pydantic.AnyWebsocketUrl", "pydantic.RedisDsn":
		n := fixed("format", "uri", "minLength", 1, "type", "string")
		n.kind = urlNode
		return n
	case "pydantic.SecretBytes":
		return fixed("format", "password", "type", "string", "writeOnly", true)
	case "pydantic.SecretStr":
		return &node{kind: textNode, object: object{{"format", "password"}, {"writeOnly", true}}}
	case "pydantic.Json":
		return fixed("contentMediaType", "application/json", "contentSchema", object{}, "type", "string")
	}
	temporal := map[string]string{"datetime.datetime": "date-time", "datetime.date": "date", "datetime.time": "time", "datetime.timedelta": "duration"}
	if format := temporal[origin]; format != "" {
		n := fixed("format", format, "type", "string")
		n.kind = temporalNode
		return n
	}
	texts := map[string]string{
		"pathlib.Path": "path", "pathlib.PurePath": "path", "pathlib.PosixPath": "path", "pathlib.PurePosixPath": "path",
		"pydantic.FilePath": "file-path", "pydantic.DirectoryPath": "directory-path", "pydantic.NewPath": "path",
		"pydantic.EmailStr": "email", "pydantic.NameEmail": "name-email", "pydantic.Base64Str": "base64", "pydantic.Base64UrlStr": "base64url",
	}
	if format := texts[origin]; format != "" {
		return &node{kind: textNode, object: object{{"format", format}}}
	}
	formats := map[string]string{
		"pydantic.PastDate": "date", "pydantic.FutureDate": "date", "pydantic.PastDatetime": "date-time", "pydantic.FutureDatetime": "date-time",
		"pydantic.AwareDatetime": "date-time", "pydantic.NaiveDatetime": "date-time",
		"uuid.UUID": "uuid", "pydantic.UUID1": "uuid1", "pydantic.UUID3": "uuid3", "pydantic.UUID4": "uuid4", "pydantic.UUID5": "uuid5",
		"pydantic.UUID6": "uuid6", "pydantic.UUID7": "uuid7", "pydantic.UUID8": "uuid8",
		"re.Pattern": "regex", "typing.Pattern": "regex",
		"ipaddress.IPv4Address": "ipv4", "ipaddress.IPv6Address": "ipv6", "ipaddress.IPv4Network": "ipv4network", "ipaddress.IPv6Network": "ipv6network",
		"ipaddress.IPv4Interface": "ipv4interface", "ipaddress.IPv6Interface": "ipv6interface",
		"pydantic.IPvAnyAddress": "ipvanyaddress", "pydantic.IPvAnyInterface": "ipvanyinterface", "pydantic.IPvAnyNetwork": "ipvanynetwork",
		"pydantic.Base64Bytes": "base64", "pydantic.Base64UrlBytes": "base64url",
		"zoneinfo.ZoneInfo": "zoneinfo",
	}
	if format := formats[origin]; format != "" {
		return fixed("format", format, "type", "string")
	}
	return nil
}
