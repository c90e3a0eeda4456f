"""The steps of StepBenchmark in PyTorch, eager, one thread: milliseconds of processor time a step for each shape given.

Arguments: shapes, each width,layers,heads,context,batch. A sixth number, StepBenchmark's pack, is passed over: PyTorch
trains one model after another.
"""

import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

VOCABULARY = 256
WARM_UP_SECONDS = 3
SECONDS = 6


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.up = nn.Linear(width, 4 * width, bias=False)
        self.down = nn.Linear(4 * width, width, bias=False)

    def forward(self, x):
        batch, context, width = x.shape
        qkv = self.qkv(F.rms_norm(x, (width,))).view(batch, context, 3, self.heads, -1)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(mixed.transpose(1, 2).reshape(batch, context, width))
        return x + self.down(F.relu(self.up(F.rms_norm(x, (width,)))))


class Transformer(nn.Module):
    def __init__(self, width, layers, heads, context):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, width)
        self.positions = nn.Parameter(0.02 * torch.randn(context, width))
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.head = nn.Linear(width, VOCABULARY, bias=False)

    def forward(self, ids):
        x = self.tokens(ids) + self.positions
        for block in self.blocks:
            x = block(x)
        return self.head(F.rms_norm(x, (x.shape[-1],)))


def milliseconds(width, layers, heads, context, batch, _pack=1):
    torch.manual_seed(1)
    model = Transformer(width, layers, heads, context)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1)
    inputs = torch.randint(VOCABULARY, (batch, context))
    targets = torch.randint(VOCABULARY, (batch * context,))
    times = []
    begin = time.perf_counter()
    while True:
        start = time.process_time()
        optimiser.zero_grad()
        F.cross_entropy(model(inputs).view(-1, VOCABULARY), targets).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        end = time.process_time()
        elapsed = time.perf_counter() - begin
        if elapsed > WARM_UP_SECONDS:
            times.append(1e3 * (end - start))
        if elapsed > WARM_UP_SECONDS + SECONDS:
            return sorted(times)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for shape in sys.argv[1:]:
        times = milliseconds(*map(int, shape.split(",")))
        count = len(times)
        print(f"{shape} {times[count // 2]:.2f} {times[count // 10]:.2f} {times[-1 - count // 10]:.2f}")
