"""The way from the root table to the entry that says how a request is translated (3.4, chapter 9)."""
from .entries import directory_pointer, legacy_context, pasid_entry, root_pointer, scalable_context
from .faults import Fault, ReadError


class Tables:
    """Context and PASID table entries, from their caches or from memory. FPD of all that was met adds up."""

    def __init__(self, caps, memory, caches, root, legacy):
        self.caps, self.memory, self.caches, self.root, self.legacy = caps, memory, caches, root, legacy

    def context(self, request):
        source_id = request.source_id
        if known := self.caches.contexts.get(source_id):
            request.fpd |= known[1]
            return known[0]
        bus, device = source_id >> 8, source_id & 0xff
        root = self.read(self.root + 16 * bus, 2, "LRT.1" if self.legacy else "SRT.1")
        if self.legacy:
            words = self.read(root_pointer(self.caps, root, 0, True) + 16 * device, 2, "LCT.1")
        else:
            table = root_pointer(self.caps, root, device >> 7, False)
            words = self.read(table + 32 * (device & 0x7f), 4, "SCT.1")
        fpd = bool(words[0] & 2)
        request.fpd |= fpd
        context = (legacy_context if self.legacy else scalable_context)(self.caps, words)
        self.caches.contexts[source_id] = context, fpd
        return context

    def pasid_entry(self, request, context, pasid):
        key = request.source_id, pasid
        if known := self.caches.pasids.get(key):
            request.fpd |= known[1]
            return known[0]
        directory, = self.read(context.directory + 8 * (pasid >> 6), 1, "SPD.1")
        request.fpd |= bool(directory & 2)
        words = self.read(directory_pointer(self.caps, directory) + 64 * (pasid & 63), 8, "SPT.1")
        request.fpd |= bool(words[0] & 2)
        entry = pasid_entry(self.caps, words)
        entry.pasid = pasid
        self.caches.pasids[key] = entry, bool((directory | words[0]) & 2)
        return entry

    def read(self, address, words, fault):
        """Hardware may read an entry in pieces of 128 bits."""
        try:
            pieces = [self.memory.read(address + 8 * n, min(words, 2)) for n in range(0, words, 2)]
        except ReadError:
            raise Fault(fault) from None
        return tuple(word for piece in pieces for word in piece)
