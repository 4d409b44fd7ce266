/** Distinct types for numbers that must not be mixed up. They cost nothing at run time. */

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** Address that a device puts on the bus, 64 bits; also the input of a page walk. */
export type Iova = Branded<bigint, 'Iova'>;
/** Guest-physical address: output of first stage, input of second stage under nesting. */
export type Gpa = Branded<bigint, 'Gpa'>;
/** Host-physical address, HAW bits. */
export type Hpa = Branded<bigint, 'Hpa'>;
/** PCI requester: bus 15:8, device 7:3, function 2:0. */
export type SourceId = Branded<number, 'SourceId'>;
/** Domain id, 4 + 2·CAP.ND bits. */
export type DomainId = Branded<number, 'DomainId'>;
/** Process address space id, 20 bits. */
export type Pasid = Branded<number, 'Pasid'>;
