"""The caches of a VT-d unit (6.2), tagged by Table 17, and their invalidations by Tables 23 and 24."""


def shift(level):
    """log2 of what an entry of a level spans: 12 for page tables (level 1), 21, 30, 39, 48."""
    return 3 + 9 * level


class Caches:
    def __init__(self):
        self.contexts = {}  # (source id): (entry, fpd)
        self.pasids = {}  # (source id, PASID): (entry, fpd)
        self.iotlb = {}  # (source id, PASID or None, page bits, page number): Page
        self.first = {}  # (domain, PASID, nested, level, prefix): (table, rw, us)
        self.second = {}  # (domain, level, prefix): (table, read, write)
        self.hpt = {}  # (HPT domain, level, prefix): entry

    def drop_all(self):
        self.__init__()

    def page(self, source_id, pasid, address):
        for size in (12, 21, 30):
            if page := self.iotlb.get((source_id, pasid, size, address >> size)):
                return page
        return None

    def keep_page(self, source_id, pasid, address, page):
        self.iotlb[source_id, pasid, page.bits, address >> page.bits] = page

    def structure(self, cache, tags, levels, address):
        """The lowest level whose entry is known, and what is known; None: the walk starts at the top."""
        for level in range(2, levels + 1):
            if known := cache.get((*tags, level, address >> shift(level))):
                return level, known
        return None

    # Context-cache and PASID-cache (6.5.2.1, 6.5.2.2); None matches anything.

    def drop_contexts(self, domain=None, source_id=None, mask=0):
        drop(self.contexts, lambda key, value: matches(domain, getattr(value[0], "did", domain))
             and (source_id is None or (key ^ source_id) & ~mask == 0))

    def drop_pasids(self, domain=None, pasid=None):
        drop(self.pasids, lambda key, value: matches(domain, value[0].did) and matches(pasid, key[1]))

    # IOTLB and paging structures (6.5.2.3, 6.5.2.4).

    def drop_domain(self, domain):
        drop(self.iotlb, lambda key, page: matches(domain, page.domain))
        drop(self.first, lambda key, _: matches(domain, key[0]))
        drop(self.second, lambda key, _: matches(domain, key[0]))

    def drop_pages(self, domain, start, size, leaves_only):
        """Page-selective within a domain: of first stage and nested translations everything goes."""
        drop(self.iotlb, lambda key, page: page.domain == domain
             and (page.first_stage or overlap(key[3], key[2], start, size)))
        drop(self.first, lambda key, _: key[0] == domain)
        if not leaves_only:
            drop(self.second, lambda key, _: key[0] == domain and overlap(key[2], shift(key[1]), start, size))

    def drop_pasid(self, domain, pasid):
        drop(self.iotlb, lambda key, page: (page.domain, page.pasid) == (domain, pasid))
        drop(self.first, lambda key, _: key[:2] == (domain, pasid))

    def drop_pages_of_pasid(self, domain, pasid, start, size, leaves_only):
        drop(self.iotlb, lambda key, page: (page.domain, page.pasid) == (domain, pasid)
             and page.first_stage and overlap(key[3], key[2], start, size))
        if not leaves_only:
            drop(self.first, lambda key, _: key[:2] == (domain, pasid)
                 and overlap(key[4], shift(key[3]), start, size))

    # Host permissions (6.5.2.7): the level up to which entries go.

    def drop_permissions(self, domain, highest, start=0, size=1 << 64):
        drop(self.hpt, lambda key, _: key[0] == domain and key[1] <= highest
             and overlap(key[2], 8 * key[1] + 9, start, size))


def matches(wanted, value):
    return wanted is None or wanted == value


def overlap(number, size_bits, start, size):
    """Whether page `number` meets a range, in 48 bits: canonical addresses repeat the highest one above."""
    first, width = (number << size_bits) & (1 << 48) - 1, 1 << size_bits
    start &= (1 << 48) - 1
    return first < start + size and start < first + width


def drop(cache, is_meant):
    for key in [key for key, value in cache.items() if is_meant(key, value)]:
        del cache[key]
