/* The registers of a unit (VT-d 11.4) that translation and invalidation need, and what writing them does. */
#ifndef REGISTERS_H
#define REGISTERS_H

#include "tables.h"

/* Bits of GCMD_REG and GSTS_REG (11.4.4). */
enum { TE = 31, SRTP = 30, QIE = 26, IRE = 25, SIRTP = 24, CFI = 23 };
/* Of FSTS_REG, ICS_REG, IECTL_REG, IQA_REG. */
enum { IQE = 4, IWC = 0, IM = 31, IP = 30, DW = 11 };

struct registers {
    const struct unit *unit;
    struct memory *memory;
    struct tables tables;  /* the root table as latched, and what is cached */
    uint64_t gsts, rtaddr; /* RTADDR_REG as written */
    uint64_t iqa, iqt, iqh, fsts, ics, iectl, iqercd;
    uint64_t ccmd, iva, iotlb;
};

enum register_name {
    GCMD,
    GSTS,
    RTADDR,
    CCMD,
    FSTS,
    IQH,
    IQT,
    IQA,
    ICS,
    IECTL,
    IQERCD,
    IVA,
    IOTLB,
    REGISTERS,
};

/* REGISTERS: there is none of this name. */
enum register_name register_by_name(const char *name);
uint64_t read_register(const struct registers *registers, enum register_name name);
/* Comes back when all that the write started is done. */
void write_register(struct registers *registers, enum register_name name, uint64_t value);

/* Bytes of the queue, and of a descriptor in it (11.4.9.3). */
static inline uint64_t queue_size(const struct registers *registers)
{
    return UINT64_C(4096) << field(registers->iqa, 2, 0);
}
static inline uint64_t slot_size(const struct registers *registers)
{
    return bit(registers->iqa, DW) ? 32 : 16;
}

/* Fetches and executes descriptors until the queue is empty, disabled or has an error (6.5.2). */
void run_queue(struct registers *registers);

/* Through CCMD_REG and IOTLB_REG (6.5.1); each gives the register with its answer in it. */
uint64_t context_command(struct registers *registers, uint64_t command);
uint64_t iotlb_command(struct registers *registers, uint64_t command);

#endif
