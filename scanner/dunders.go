package scanner

import "strings"

// closedDunders are names with double underscores that CPython, or what is
// compiled for it, gives a meaning, and that plugins may not ask for. A name
// that CPython does not know leads to what somebody stored under it and no
// further.
var closedDunders = setOf(`__abc_tpflags__ __annotate__ __annotate_func__ __base__ __bases__ __basicsize__ __breakpointhook__ __buffer__ __build_class__
	__builtin__ __builtins__ __cached__ __callback__ __classcell__ __classdict__ __classdictcell__ __closure__ __code__
	__conditional_annotations__ __create_fn__ __ctype_be__ __ctype_le__ __dataclass_builtins_object__ __dataclass_params__
	__dataclass_self__ __dataclass_transform__ __defaults__ __del__ __delattr__ __dict__ __dictoffset__ __dir__ __displayhook__
	__evaluate__ __excepthook__ __firstlineno__ __flags__ __forward_arg__ __forward_code__ __forward_evaluated__
	__forward_is_argument__ __forward_is_class__ __forward_module__ __forward_value__ __func__ __future__ __getattr__ __getattribute__
	__getinitargs__ __getnewargs__ __getnewargs_ex__ __getslice__ __getstate__ __globals__ __import__ __initializing__
	__instancecheck__ __interactivehook__ __itemsize__ __kwdefaults__ __lazy_import__ __lltrace__ __loader__ __main__ __metaclass__
	__mp_main__ __mro__ __mro_entries__ __newobj__ __newobj_ex__ __no_type_check__ __objclass__ __orig_bases__ __orig_class__ __path__
	__prepare__ __pyx_capi__ __pyx_vtable__ __reduce__ __reduce_cython__ __reduce_ex__ __release_buffer__ __return__ __self__
	__self_class__ __setattr__ __setslice__ __setstate__ __setstate_cython__ __signature__ __slotnames__ __spec__
	__static_attributes__ __stdin__ __subclasscheck__ __subclasses__ __subclasshook__ __text_signature__ __thisclass__ __type_params__
	__typing_is_unpacked_typevartuple__ __typing_prepare_subst__ __typing_subst__ __typing_unpacked_tuple_args__
	__unittest_expecting_failure__ __unittest_skip__ __unittest_skip_why__ __unpacked__ __unraisablehook__ __validate_parameters__
	__vectorcalloffset__ __warningregistry__ __weaklistoffset__ __weakref__ __weakrefoffset__`)

// allowedDunders may be read of any object. Of modules no others may be.
var allowedDunders = setOf(`__name__ __doc__ __class__ __version__ __init__ __call__ __enter__ __exit__ __aenter__ __aexit__ __len__ __iter__ __next__
	__aiter__ __anext__ __repr__ __str__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __hash__ __bool__ __int__ __float__ __bytes__
	__contains__ __getitem__ __setitem__ __delitem__ __missing__ __add__ __sub__ __mul__ __matmul__ __truediv__ __floordiv__ __mod__
	__pow__ __and__ __or__ __xor__ __neg__ __pos__ __abs__ __invert__ __radd__ __rsub__ __rmul__ __iadd__ __isub__ __imul__
	__qualname__ __module__ __file__ __all__ __post_init__ __new__ __format__ __sizeof__ __index__ __length_hint__ __reversed__
	__copy__ __deepcopy__ __init_subclass__ __class_getitem__ __fspath__ __array__ __array_interface__ __cuda_array_interface__
	__array_priority__ __dataclass_fields__ __fields__ __pydantic_fields__ __slots__ __match_args__ __members__ __args__ __origin__
	__author__ __license__ __cause__ __context__ __traceback__ __suppress_context__ __notes__ __wrapped__ __annotations__ __package__
	__debug__ __await__ __get__ __set__ __delete__ __round__ __trunc__ __floor__ __ceil__ __stdout__ __stderr__ __set_name__`)

// inherited are closed names that a class's own method of that name may call
// on super().
var inherited = setOf(`__setstate__ __getstate__ __dir__ __reduce__ __reduce_ex__ __prepare__ __instancecheck__ __subclasscheck__ __del__
	__getnewargs__ __getnewargs_ex__ __mro_entries__ __getattr__ __setattr__ __delattr__`)

func isDunder(name string) bool {
	return len(name) > 4 && strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__")
}
