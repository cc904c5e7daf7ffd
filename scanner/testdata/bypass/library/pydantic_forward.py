from pydantic.typing import ForwardRef, evaluate_forwardref as ev
ev(ForwardRef("[open('pf','w'), int][1]"), {}, {})
