/**
 * The 64 KiB firmware image that takes the emulated CPU from reset into 64-bit mode and to the guest
 * program. No BIOS runs: nothing else touches memory, PCI or the remapping unit.
 */
import { Assembler } from './assembler.ts';
import type { GuestProgram } from './guest-program.ts';
import { GUEST, HIGH_RAM, PAGE_TABLES, SCRATCH } from './layout.ts';

const IMAGE_SIZE = 0x1_0000;
/** Where the image lies: the end of it is the reset vector, 16 bytes below 4 GiB. */
const IMAGE = 0xffff_0000n;
const RESET_VECTOR = 0xfff0;
/** Real-mode code, 64-bit code and descriptor table, as offsets in the image. */
const BOOT = 0xf000;
const LONG_MODE = 0xf100;
const DESCRIPTORS = 0xf200;
const CODE_SEGMENT = 0x08;
const PRESENT_WRITABLE = 0x3n;
const LARGE_PAGE = 0x80n;

/** The firmware: reset vector → CR4.PAE, CR3, EFER.LME, CR0.PG|PE → far jump → the guest program. */
export function firmwareImage(program: GuestProgram): Uint8Array {
  const boot = new Assembler(IMAGE + BigInt(BOOT));
  // PAM 0 to 3 of the host bridge: what lies behind C0000 to D7FFF is RAM, for the page tables.
  boot.code('66 b8 90 00 00 80 ba f8 0c 66 ef'); // mov eax, 80000090; mov dx, CF8; out dx, eax
  boot.code('66 b8 00 33 33 33 ba fc 0c 66 ef'); // mov eax, 33333300; mov dx, CFC; out dx, eax
  boot.code('2e 66 0f 01 16 00 f2'); // lgdt cs:[DESCRIPTORS]
  boot.code('66 b8 20 00 00 00 0f 22 e0'); // mov eax, PAE; mov cr4, eax
  boot.code('66 b8').imm32(BigInt(PAGE_TABLES)).code('0f 22 d8'); // mov eax, page tables; mov cr3, eax
  boot.code('66 b9 80 00 00 c0 0f 32 66 0d 00 01 00 00 0f 30'); // rdmsr EFER; or eax, LME; wrmsr
  boot.code('0f 20 c0 66 0d 01 00 00 80 0f 22 c0'); // mov eax, cr0; or eax, PG|PE; mov cr0, eax
  boot
    .code('66 ea')
    .imm32(IMAGE + BigInt(LONG_MODE))
    .code('08 00'); // jmp CODE_SEGMENT:LONG_MODE

  const long = new Assembler(IMAGE + BigInt(LONG_MODE));
  long.code('48 b8').imm64(interruptTableRegister).code('0f 01 18'); // mov rax, …; lidt [rax]
  long.code('48 b8').imm64(program.entry).code('ff e0'); // mov rax, entry; jmp rax

  const image = new Uint8Array(IMAGE_SIZE);
  const view = new DataView(image.buffer);
  image.set(boot.bytes(), BOOT);
  image.set(long.bytes(), LONG_MODE);
  view.setUint16(DESCRIPTORS, 15, true);
  view.setUint32(DESCRIPTORS + 2, Number(IMAGE) + DESCRIPTORS + 0x10, true);
  view.setBigUint64(DESCRIPTORS + 0x10 + CODE_SEGMENT, 0x0020_9b00_0000_0000n, true); // 64-bit code
  image.set(new Assembler(IMAGE).code('fa e9 0c f0').bytes(), RESET_VECTOR); // cli; jmp BOOT
  return image;
}

/**
 * The page tables, for PAGE_TABLES: PML4, PDPT, and a directory of 2 MiB pages for each GiB that is used
 * (low RAM, device registers, HIGH_RAM, SCRATCH), mapped one to one. They can't lie in the firmware: the
 * CPU insists on memory that it can write, and CR3 takes only 32 bits before 64-bit mode.
 */
export function pageTables(): Uint8Array {
  const gibs = [0n, 3n, HIGH_RAM.start >> 30n, SCRATCH.start >> 30n];
  const tables = new Uint8Array(0x1000 * (2 + gibs.length));
  const view = new DataView(tables.buffer);
  const pointers = 0x1000;
  view.setBigUint64(0, BigInt(PAGE_TABLES + pointers) | PRESENT_WRITABLE, true);
  for (const [index, gib] of gibs.entries()) {
    const directory = pointers + 0x1000 * (index + 1);
    view.setBigUint64(pointers + 8 * Number(gib), BigInt(PAGE_TABLES + directory) | PRESENT_WRITABLE, true);
    for (let entry = 0; entry < 512; entry++) {
      const page = (gib << 30n) | BigInt(entry << 21);
      view.setBigUint64(directory + 8 * entry, page | PRESENT_WRITABLE | LARGE_PAGE, true);
    }
  }
  return tables;
}

/** The operand of LIDT lies just below the table. */
const interruptTableRegister = GUEST.interruptTable - 0x10n;
const NMI = 2;

/** What SCRATCH holds when the machine starts: the guest program and its interrupt table. */
export function scratchImage(program: GuestProgram): Uint8Array {
  const memory = new Uint8Array(SCRATCH.size);
  const view = new DataView(memory.buffer);
  const offset = (address: bigint) => Number(address - SCRATCH.start);
  memory.set(program.code, offset(GUEST.program));
  view.setUint16(offset(interruptTableRegister), 16 * (NMI + 1) - 1, true);
  view.setBigUint64(offset(interruptTableRegister) + 2, GUEST.interruptTable, true);
  const gate = offset(GUEST.interruptTable) + 16 * NMI;
  view.setBigUint64(gate, program.nmi & 0xffffn, true);
  view.setUint16(gate + 2, CODE_SEGMENT, true);
  view.setUint16(gate + 4, 0x8e00, true); // present, interrupt gate
  view.setUint16(gate + 6, Number((program.nmi >> 16n) & 0xffffn), true);
  view.setUint32(gate + 8, Number(program.nmi >> 32n), true);
  return memory;
}
