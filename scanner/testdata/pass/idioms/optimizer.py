"""An optimizer of our own, as papers ship them."""
import math

import torch
from torch.optim import Optimizer


class AdaLite(Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, foreach=None):
        if lr < 0.0:
            raise ValueError("Invalid learning rate: {}".format(lr))
        defaults = dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, foreach=foreach)
        super().__init__(params, defaults)

    def __setstate__(self, state):
        super().__setstate__(state)
        for group in self.param_groups:
            group.setdefault("foreach", None)

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            grads = [p.grad for p in params]
            if not params:
                continue
            for p in params:
                if not self.state[p]:
                    self.state[p].update(step=0, mean=torch.zeros_like(p), square=torch.zeros_like(p))
            b1, b2 = group["betas"]
            means = [self.state[p]["mean"] for p in params]
            squares = [self.state[p]["square"] for p in params]
            if group["foreach"] and torch.cuda.is_available():
                torch._foreach_mul_(means, b1)
                torch._foreach_add_(means, grads, alpha=1 - b1)
            else:
                for m, g in zip(means, grads):
                    m.mul_(b1).add_(g, alpha=1 - b1)
            for p, g, m, s in zip(params, grads, means, squares):
                self.state[p]["step"] += 1
                s.mul_(b2).addcmul_(g, g, value=1 - b2)
                correction = math.sqrt(1 - b2 ** self.state[p]["step"])
                p.addcdiv_(m, s.sqrt().div_(correction).add_(group["eps"]), value=-group["lr"])
        torch._assert(loss is None or bool(torch.isfinite(loss)), "the loss is not finite")
        return loss
