"""Fault conditions of VT-d (Table 30 of D51397) and what becomes of a request that meets one."""

# Condition, code, whether FPD suppresses its record, how translation and translated requests are completed.
# S0 is a success without rights. Untranslated requests always get UR, page requests IR or nothing.
TABLE_30 = """
INT     29 N UR UR
LRT.1   08 N CA UR
LRT.2   01 N UR UR
LRT.3   0a N CA UR
LCT.1   09 N CA UR
LCT.2   02 Y UR UR
LCT.3   0b Y CA UR
LCT.4.1 03 Y CA UR
LCT.4.2 03 Y CA UR
LCT.4.3 03 Y CA -
LCT.5   0d Y UR UR
LSS.1   07 Y CA -
LSS.2   0c Y CA -
LGN.1.1 04 Y S0 -
LGN.1.2 04 Y -  UR
LGN.1.3 04 Y -  -
LGN.2   05 Y S0 -
LGN.3   06 Y S0 -
LGN.4   0e Y CA UR
RTA.1   30 N CA UR
RTA.2   31 N UR UR
RTA.3   32 N -  -
RTA.4   33 N UR UR
SRT.1   38 N CA UR
SRT.2   39 N UR UR
SRT.3   3a N CA UR
SCT.1   40 N CA UR
SCT.2   41 Y UR UR
SCT.3   42 Y CA UR
SCT.4   43 Y CA UR
SCT.5   44 Y UR UR
SCT.6   45 Y UR UR
SCT.7   46 Y UR UR
SCT.8   47 Y -  -
SCT.9   48 Y UR UR
SCT.10  49 Y -  UR
SPD.1   50 N CA CA
SPD.2   51 Y S0 UR
SPD.3   52 Y CA CA
SPT.1   58 N CA CA
SPT.2   59 Y S0 UR
SPT.3   5a Y CA CA
SPT.4   5b Y CA CA
SPT.6   5d Y S0 -
SPT.9   60 Y -  UR
SFS.1   70 Y S0 -
SFS.2   71 Y S0 -
SFS.3   72 Y S0 -
SFS.4   73 Y S0 -
SFS.5   74 Y S0 -
SFS.6   75 Y S0 -
SFS.7   76 Y S0 -
SFS.8   77 Y S0 -
SSS.1   78 Y CA -
SSS.2   79 Y S0 -
SSS.3   7a Y CA -
SSS.4   7b Y CA -
SSS.5   7c Y CA -
SGN.1   80 Y S0 -
SGN.2   81 Y S0 -
SGN.4   83 Y S0 UR
SGN.5   84 Y S0 -
SGN.6   85 Y S0 -
SGN.7   86 Y S0 -
SGN.8   87 Y CA UR
SGN.10  89 Y UR UR
SFS.9   90 Y S0 -
HPT.1   a0 Y -  CA
HPT.2   a1 Y -  CA
HPT.3   a2 Y -  CA
HPT.4   a3 Y -  UR
HPT.5   a4 Y -  UR
HPT.6   a5 Y -  UR
"""
CONDITIONS = {
    name: (int(code, 16), qualified == "Y", of_translation, of_translated)
    for name, code, qualified, of_translation, of_translated in map(str.split, TABLE_30.strip().splitlines())
}


class Fault(Exception):
    """A condition of Table 30 that ends the processing of a request."""

    def __init__(self, condition):
        super().__init__(condition)
        self.code, self.qualified, self.of_translation, self.of_translated = CONDITIONS[condition]


class ReadError(Exception):
    """A table is outside of the memory that answers."""


def answer_to_fault(fault, request, address_width):
    """The completion, and the record unless FPD of an entry that was met suppresses it (7.1.1, 7.2.1)."""
    kind = request.kind
    if kind == "translation" and fault.of_translation == "S0":
        return {"outcome": "translated", "read": False, "write": False, "user": False,
                "privileged": request.with_pasid and request.asks_privilege, "record": None}
    status = {"untranslated": "UR", "translation": fault.of_translation, "translated": fault.of_translated,
              "page-request": "invalid-request" if request.last_in_group else "drop"}[kind]
    record = None if fault.qualified and request.fpd else record_of(fault, request, address_width)
    return {"outcome": "blocked", "status": status, "code": fault.code, "record": record}


def record_of(fault, request, address_width):
    """A fault record register (11.4.7.6). PASID and privilege are those that came with the request."""
    op = {"page-request": "page-request", "translation": "read"}.get(request.kind, request.op)
    record = {"code": fault.code, "sourceId": request.source_id, "pasidPresent": request.with_pasid,
              "address": hex(request.address & ((1 << address_width) - 1) & ~0xfff),
              "op": "read" if op == "zero-length-read" else op}
    if fault.code == 0x29:
        del record["address"]  # FI is undefined
    if request.with_pasid:
        record |= {"pasid": request.pasid, "privileged": request.asks_privilege}
    return record
