# attack: value_lying_object
# kind: function
# attempts: objects that lie about their length, truth, items, text and attributes
# sound verdict: incorrect|runtime_error|time_limit
# host must: nothing outside the sandbox changes; no process survives
# NEVER run outside a sandbox.
class Liar:
    def __len__(self): return 2**62
    def __bool__(self): return True
    def __iter__(self):
        while True: yield 14
    def __getitem__(self, key): return 14
    def __str__(self): return "14"
    def __repr__(self): return "14"
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __index__(self): return 14
    __int__ = __index__
    def __float__(self): return 14.0
    def __eq__(self, other): return True
    def __hash__(self): return hash(14)
    def __contains__(self, item): return True
    def __rsub__(self, other): return 0
    __sub__ = __rsub__
    def __abs__(self): return 0
def solve(xs): return Liar()
