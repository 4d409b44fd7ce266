"""A VT-d unit: what becomes of requests (3.4, 3.15, 4.2, 7.1)."""
from .caches import Caches
from .entries import Capabilities, bits, ones
from .faults import Fault, answer_to_fault
from .paging import Changed, Page, SecondStage, Walker
from .permissions import check_permission
from .tables import Tables


class Request:
    def __init__(self, fields):
        self.source_id, self.address, self.op = fields["sourceId"], fields["address"], fields["op"]
        self.kind, self.pasid = fields.get("kind", "untranslated"), fields.get("pasid")
        self.with_pasid = self.pasid is not None
        self.asks_privilege = self.with_pasid and fields.get("privileged", False)
        self.no_write, self.last_in_group = fields.get("noWrite", False), fields.get("lastInGroup", False)
        self.by_ats = self.kind in ("translation", "translated")
        self.restart()

    def restart(self):
        """Nothing is known yet: FPD of no entry, and nothing of RID_PRIV."""
        self.fpd, self.privileged = False, self.asks_privilege


def in_interrupt_range(address):
    return address >> 20 == 0xfee


class Unit:
    enabled = True

    def __init__(self, profile, memory, rtaddr):
        self.caps, self.memory, self.caches = Capabilities(profile), memory, Caches()
        self.latch_root(rtaddr)

    def latch_root(self, rtaddr):
        caps, memory, caches = self.caps, self.memory, self.caches
        self.mode, self.io_rights = bits(rtaddr, 11, 10), bool(caps.SSIRWS and rtaddr & 0x80)
        legacy = self.mode == 0
        self.tables = Tables(caps, memory, caches, rtaddr & ones(caps.haw - 1, 12), legacy)
        self.walker = Walker(caps, memory, caches, SecondStage(caps, legacy, self.io_rights))

    def handle(self, request):
        """What becomes of a request, in the words of docs/contract.md."""
        if not self.enabled:
            return self.while_disabled(request)
        if request.kind == "translated" and request.with_pasid and not self.caps.PTRS:
            return {"outcome": "blocked", "status": "UR", "record": None}  # by the root complex (4.2.5)
        while True:
            request.restart()
            try:
                return self.process(request)
            except Fault as fault:
                return answer_to_fault(fault, request, self.caps.widest)
            except Changed:
                continue

    def while_disabled(self, request):
        if request.kind != "untranslated":
            return {"outcome": "blocked", "status": "UR", "record": None}
        return self.itself(request) | {"read": True, "write": True}

    def process(self, request):
        untranslated = request.kind == "untranslated"
        if untranslated and not request.with_pasid and in_interrupt_range(request.address):
            return self.interrupt(request)
        self.check_mode(request)
        if untranslated:
            if page := self.caches.page(request.source_id, request.pasid, request.address):
                request.fpd, request.privileged = page.fpd, request.asks_privilege or page.rid_privileged
                if not self.accept(request, page) or page.dirty:
                    return self.through(request, page)
        return self.scalable(request) if self.mode else self.legacy(request)

    def interrupt(self, request):
        """3.15: interrupts are no business of DMA remapping, zero-length reads pass by."""
        if request.op == "write":
            return {"outcome": "unobserved"}
        if request.op == "zero-length-read":
            return self.itself(request)
        raise Fault("INT")

    def check_mode(self, request):
        has_mode = {0: True, 1: self.caps.SMTS, 2: False, 3: self.caps.ADMS}
        if not has_mode[self.mode]:
            raise Fault("RTA.1")
        if self.mode == 3:
            raise Fault("RTA.4")
        if self.mode == 0:
            if request.kind == "page-request":
                raise Fault("RTA.3")
            if request.with_pasid:
                raise Fault("RTA.2")
            if self.io_rights:
                raise Fault("RTA.1")

    # Legacy mode.

    def legacy(self, request):
        context, address = self.tables.context(request), request.address
        if request.by_ats and not context.ats:
            raise Fault("LCT.5")
        if request.kind == "translated":
            self.check_host_address(request, "LGN.4", "LGN.1.2")
            return self.itself(request)
        if self.asks_for_interrupts(request):
            return self.interrupt_completion(request)
        if context.pass_through:
            if address >> self.caps.haw:
                raise Fault("LGN.1.3")
            return self.through(request, Page(address & ~0xfff, 12, passes_through=True))
        if address >> min(self.caps.mgaw, context.width):
            raise Fault("LGN.1.1")
        return self.translate(request, context, self.walker.second_stage)

    # Scalable mode.

    def scalable(self, request):
        context = self.tables.context(request)
        self.check_against_context(request, context)
        if request.kind == "translated" and not context.hpte:
            self.check_host_address(request, "SGN.8", "SGN.4")
            return self.itself(request)
        if self.asks_for_interrupts(request):
            return self.interrupt_completion(request)
        if not request.with_pasid:
            request.privileged = context.rid_privileged
        pasid = request.pasid if request.with_pasid else context.rid_pasid
        entry = self.tables.pasid_entry(request, context, pasid)
        if request.kind == "page-request":
            return self.queue_page_request(request, entry)
        if request.kind == "translated":
            return self.translated(request, entry)
        if request.privileged and not entry.sre:
            raise Fault("SPT.6")
        if entry.pgtt == 4:
            return self.pass_through(request, entry)
        if entry.pgtt == 2 and request.address >= entry.limit:
            raise Fault("SGN.5")
        walk = self.walker.second_stage if entry.pgtt == 2 else self.walker.first_stage
        return self.translate(request, entry, walk)

    def check_against_context(self, request, context):
        with_pasid, kind = request.with_pasid, request.kind
        if request.by_ats and not context.dte:
            raise Fault("SCT.5")
        if with_pasid and kind != "translated" and not context.pasids:
            raise Fault("SCT.6")
        context.check_eptr()
        if kind == "translated" and with_pasid and not context.eptr:
            raise Fault("SCT.10")
        if kind == "page-request" and not context.pre:
            raise Fault("SCT.8")
        if with_pasid and kind != "page-request" and request.pasid >> self.caps.pasid_width:
            raise Fault("SGN.10")
        if with_pasid and request.pasid >= context.most_pasids:
            raise Fault("SCT.7")
        if with_pasid and request.pasid == context.rid_pasid:
            raise Fault("SCT.9")

    def queue_page_request(self, request, entry):
        """Translations that may have made the device ask are dropped first (Table 27)."""
        page = request.address & ~0xfff
        if entry.pgtt == 1:
            self.caches.drop_pages_of_pasid(entry.did, entry.pasid, page, 0x1000, leaves_only=False)
        elif entry.pgtt == 3:
            self.caches.drop_domain(entry.did)
        else:
            self.caches.drop_pages(entry.did, page, 0x1000, leaves_only=False)
        return {"outcome": "queued"}

    def translated(self, request, entry):
        """A translated request under the host permission table."""
        self.check_host_address(request, "SGN.8", "SGN.4")
        if request.address >> 49 + entry.hpt_size:
            raise Fault("SPT.9")
        check_permission(self, entry, request)
        return self.itself(request)

    def check_host_address(self, request, range_fault, width_fault):
        if in_interrupt_range(request.address):
            raise Fault(range_fault)
        if request.address >> self.caps.haw:
            raise Fault(width_fault)

    def pass_through(self, request, entry):
        if request.address >> self.caps.haw:
            raise Fault("SGN.4")
        page = Page(request.address & ~0xfff, 12, passes_through=True)
        self.keep(request, entry, page)
        return self.through(request, page)

    # Translation requests without PASID for the interrupt range: S.1 and S.2 of Table 30.

    def asks_for_interrupts(self, request):
        without_pasid = request.kind == "translation" and not request.with_pasid
        return without_pasid and in_interrupt_range(request.address)

    def interrupt_completion(self, request):
        may_write = not self.forgoes_writes(request)
        return completion(request, False, may_write, user=may_write)

    def forgoes_writes(self, request):
        return self.caps.NWFS and request.no_write

    # Pages, and whether the request may use them.

    def translate(self, request, entry, walk):
        page = self.caches.page(request.source_id, request.pasid, request.address)
        if not page or (self.accept(request, page) and not page.dirty):
            page = walk(entry, request.address, lambda found: self.accept(request, found))
            if page.read or page.write:
                self.keep(request, entry, page)
        return self.through(request, page)

    def keep(self, request, entry, page):
        page.domain, page.fpd = entry.did, request.fpd
        if self.mode:
            page.pasid, page.sre, page.pgsnp = entry.pasid, entry.sre, entry.pgsnp
            page.rid_privileged = request.privileged and not request.with_pasid
        self.caches.keep_page(request.source_id, request.pasid, request.address, page)

    def accept(self, request, page):
        """Raises the fault of a request that may not use the page. Whether the page counts as written."""
        read, write = page.rights(request.privileged)
        if request.kind != "translation":
            self.check_rights(request, page, read, write)
        self.check_output(request, page)
        if request.kind == "translation":
            return write and not self.forgoes_writes(request)
        return request.op in ("write", "atomic")

    def check_rights(self, request, page, read, write):
        legacy = self.mode == 0
        if request.privileged and not page.sre:
            raise Fault("SPT.6")
        if not request.privileged and not page.user:
            raise Fault("SGN.2")
        if request.op in ("write", "atomic") and not write:
            raise Fault("LGN.2" if legacy else "SGN.6")
        flushes = request.op == "zero-length-read" and self.caps.zlr and page.write
        if request.op != "write" and not read and not flushes:
            raise Fault("LGN.3" if legacy else "SGN.7")

    def check_output(self, request, page):
        """No output address may be in the interrupt range; of a completion none of its page."""
        if request.kind != "translation":
            blocked = in_interrupt_range(page.target(request.address))
        else:
            ends = page.base >> 20, (page.base + (1 << page.bits) - 1) >> 20
            blocked = ends[0] <= 0xfee <= ends[1] and (page.read or page.write) and not page.passes_through
        if blocked:
            raise Fault("SGN.8" if self.mode else "LGN.4")

    def through(self, request, page):
        if page.passes_through:
            self.check_output(request, page)
        read, write = page.rights(request.privileged)
        if request.kind == "translation":
            answer = completion(request, read, write and not self.forgoes_writes(request))
            snooped = {"nonSnooped": page.snoop or page.pgsnp}
            place = {"address": hex(page.base), "pageBits": page.bits}
            return answer | snooped | place if answer["read"] or answer["write"] else answer
        place = {"address": hex(page.target(request.address)), "pageBits": page.bits}
        return {"outcome": "translated", **place, "read": read, "write": write, "record": None}

    def itself(self, request):
        return {"outcome": "translated", "address": hex(request.address), "record": None}


def completion(request, read, write, user=False):
    """A translation completion with status success (4.2.3)."""
    privileged = request.with_pasid and request.asks_privilege
    return {"outcome": "translated", "read": read, "write": write, "user": user, "privileged": privileged,
            "record": None}
