"""What areas binding and smmu-nesting share: the memory of a guest, and a host whose calls may fail."""


def field(word, high, low):
    return word >> low & (2 << high - low) - 1


class Memory:
    def __init__(self, case):
        self.backed = [(one["start"], one["end"]) for one in case["profile"]["backed"]]
        self.words = {}
        for run in case["memory"]:
            self.store(run)

    def store(self, run):
        self.words.update({run["address"] + 8 * n: word for n, word in enumerate(run["words"])})

    def read(self, address, count):
        """So many words, or None where no memory is."""
        if not any(start <= address and address + 8 * count <= end for start, end in self.backed):
            return None
        return [self.words.get(address + 8 * n, 0) for n in range(count)]


class HostFailure(Exception):
    """A call that failed; its argument is how many commands of it were issued all the same."""


class Host:
    """Makes the calls of a case and keeps them until they are taken."""

    def __init__(self, failing):
        self.failing, self.made, self.calls = failing, 0, []

    def __call__(self, call, **arguments):
        self.calls.append({"call": call, **arguments})
        self.made += 1
        if self.made - 1 in self.failing:
            raise HostFailure(self.failing[self.made - 1])

    def note(self, call):
        """What is told among the calls, and is none."""
        self.calls.append({"call": call})

    def take(self):
        calls, self.calls = self.calls, []
        return calls
