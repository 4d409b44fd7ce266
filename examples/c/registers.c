#include "registers.h"

#include <string.h>

enum register_name register_by_name(const char *name)
{
    static const char *const names[REGISTERS] = { "GCMD", "GSTS", "RTADDR", "CCMD", "FSTS", "IQH", "IQT", "IQA",
        "ICS", "IECTL", "IQERCD", "IVA", "IOTLB" };
    unsigned at = 0;

    while (at < REGISTERS && strcmp(name, names[at]) != 0)
        at++;
    return (enum register_name)at;
}

uint64_t read_register(const struct registers *registers, enum register_name name)
{
    switch (name) {
    case GSTS:
        return registers->gsts;
    case RTADDR:
        return registers->rtaddr;
    case CCMD:
        return registers->ccmd;
    case FSTS:
        return registers->fsts;
    case IQH:
        return registers->iqh;
    case IQT:
        return registers->iqt;
    case IQA:
        return registers->iqa;
    case ICS:
        return registers->ics;
    case IECTL:
        return registers->iectl;
    case IQERCD:
        return registers->iqercd;
    case IOTLB:
        return registers->iotlb;
    default:
        return 0; /* write-only */
    }
}

/* One-shot commands are done at once; the others last as long as their bit is written as one. */
static void command(struct registers *registers, uint64_t value)
{
    const struct unit *unit = registers->unit;
    uint64_t lasting = BIT(TE), before = registers->gsts;

    if (has_ecap(unit, ECAP_QI))
        lasting |= BIT(QIE);
    if (has_ecap(unit, ECAP_IR)) {
        lasting |= BIT(IRE) | BIT(CFI);
        registers->gsts |= value & BIT(SIRTP);
    }
    registers->gsts = (registers->gsts & ~lasting) | (value & lasting);
    if (bit(value, SRTP)) {
        registers->gsts |= BIT(SRTP);
        registers->tables.rtaddr = registers->rtaddr;
        if (has_cap(unit, CAP_ESRTPS)) /* 6.6 */
            drop_everything(registers->tables.caches);
    }
    if (bit(before, TE) && !bit(value, TE) && has_ecap(unit, ECAP_SMTS))
        drop_everything(registers->tables.caches);
    if (!bit(registers->gsts, QIE))
        registers->iqh = 0;
}

/* A pending event is sent when it is no longer masked, and dropped when it was seen (6.5.2.10). */
static void settle_event(struct registers *registers)
{
    if (!bit(registers->iectl, IM) || !bit(registers->ics, IWC))
        registers->iectl &= ~BIT(IP);
}

static bool is_of_queue(enum register_name name)
{
    return name == IQT || name == IQA || name == ICS || name == IECTL;
}

void write_register(struct registers *registers, enum register_name name, uint64_t value)
{
    if (is_of_queue(name) && !has_ecap(registers->unit, ECAP_QI))
        return;
    switch (name) {
    case GCMD:
        command(registers, value);
        break;
    case RTADDR:
        registers->rtaddr = value;
        break;
    case FSTS:
        registers->fsts &= ~(value & BIT(IQE));
        break;
    case IQT:
        registers->iqt = value & bits(18, 4);
        break;
    case IQA:
        registers->iqa = value & (bits(63, 11) | bits(2, 0));
        break;
    case ICS:
        registers->ics &= ~(value & BIT(IWC));
        break;
    case IECTL:
        registers->iectl = (registers->iectl & ~BIT(IM)) | (value & BIT(IM));
        break;
    case CCMD:
        registers->ccmd = context_command(registers, value);
        break;
    case IVA:
        registers->iva = value;
        break;
    case IOTLB:
        registers->iotlb = iotlb_command(registers, value);
        break;
    default: /* read-only */
        return;
    }
    settle_event(registers);
    run_queue(registers);
}
