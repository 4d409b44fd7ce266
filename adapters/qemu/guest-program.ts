/**
 * The program that the emulated CPU runs: an interpreter of operations (operations.ts) that lie in
 * memory. The CPU rings the registers and passes the time itself, because every hand-over between the
 * qtest socket's thread and the CPU's thread costs more than the DMA that it waits for: 0.3 to 0.7 ms
 * against some 10 µs. Under -icount the time that edu's timer needs passes in a run of NOPs.
 *
 * An operation is 24 bytes: the address of its handler, an address, a value. It is rung by an NMI when
 * the mailbox holds the address of the first operation and the address for the results.
 */
import { Assembler } from './assembler.ts';
import { GUEST, MARKER_TAG } from './layout.ts';
import { INVALIDATION_ERRORS } from './registers.ts';

/** Written to this port (isa-debugcon) when the CPU has come up, and when a list of operations is done. */
export const DONE_PORT = 0xe9;

/** NOPs in one translation block; TCG takes at most 512 instructions a block. */
const NOPS = 480;
/**
 * Instructions that pass before a DMA is looked at. edu needs 100 ms of virtual time; with shift=10 an
 * instruction takes 1.024 µs: 97,657 instructions.
 */
const BLOCKS = Math.ceil(97_657 / (NOPS + 2));

const opcodes = ['end', 'write64', 'write32', 'read64', 'read32', 'wait', 'words', 'mark', 'feed'] as const;
export type Opcode = (typeof opcodes)[number];

export interface GuestProgram {
  /** Machine code for GUEST.program. */
  readonly code: Uint8Array;
  readonly handlers: Readonly<Record<Opcode, bigint>>;
  /** Address of the handler of the NMI. */
  readonly nmi: bigint;
  readonly entry: bigint;
}

/** Assembles the interpreter. rsi: next operation, rdi: next result, rbx: address, rdx: value. */
export function assembleGuestProgram(): GuestProgram {
  const asm = new Assembler(GUEST.program);
  asm.label('entry').code('48 bc').imm64(GUEST.stackTop); // mov rsp, stackTop
  asm.code('49 bf').imm64(MARKER_TAG); // mov r15, tag
  asm.code('48 bd').imm64(GUEST.mailbox); // mov rbp, mailbox
  asm.label('done').code('b0 2e e6').code(DONE_PORT.toString(16)); // out DONE_PORT, '.'
  asm.label('poll').code('48 8b 75 00'); // mov rsi, [rbp]
  asm.code('48 85 f6').jump('75', 'go', 1); // test rsi, rsi; jnz go
  asm.code('f4').jump('eb', 'poll', 1); // hlt, until the NMI
  asm.label('go');
  asm.code('48 8b 7d 08'); // mov rdi, [rbp+8]
  asm.code('31 c0 48 89 45 00'); // mov qword [rbp], 0
  asm.label('next');
  asm.code('48 8b 06 48 8b 5e 08 48 8b 56 10'); // mov rax, [rsi]; mov rbx, [rsi+8]; mov rdx, [rsi+16]
  asm.code('48 83 c6 18 ff e0'); // add rsi, 24; jmp rax

  asm.label('write64').code('48 89 13').jump('eb', 'next', 1); // mov [rbx], rdx
  asm.label('write32').code('89 13').jump('eb', 'next', 1); // mov [rbx], edx
  asm.label('read64').code('48 8b 03 48 ab').jump('eb', 'next', 1); // mov rax, [rbx]; stosq
  asm.label('read32').code('8b 03 48 ab').jump('eb', 'next', 1); // mov eax, [rbx]; stosq

  // words: rdx words that follow the operation are copied to rbx.
  asm.label('words').code('48 8b 06 48 89 03'); // mov rax, [rsi]; mov [rbx], rax
  asm.code('48 83 c6 08 48 83 c3 08 ff ca').jump('75', 'words', 1); // add rsi, 8; add rbx, 8; dec edx; jnz
  asm.jump('eb', 'next', 1);

  // mark: rdx words from rbx get their markers back.
  asm.label('mark').code('49 8d 04 1f 48 89 03'); // lea rax, [r15+rbx]; mov [rbx], rax
  asm.code('48 83 c3 08 ff ca').jump('75', 'mark', 1); // add rbx, 8; dec edx; jnz
  asm.jump('eb', 'next', 1);

  asm.label('end').jump('eb', 'done', 1);
  // The NMI may come between the look at the mailbox and hlt: then it goes on with another look. It may
  // come when the mailbox was seen before it rang: then the list that runs goes on.
  asm.label('nmi').code('81 3c 24').imm32(asm.address('go')).jump('73', 'resume', 1); // cmp dword [rsp], go; jae
  asm.code('c7 04 24').imm32(asm.address('poll')); // mov dword [rsp], poll
  asm.label('resume').code('48 cf'); // iretq

  // wait: until bit 0 of [rbx] is clear, at most rdx looks; the result is the looks that were left.
  asm.label('wait').code('b9').imm32(BigInt(BLOCKS)); // mov ecx, BLOCKS
  asm.label('pass').code('90'.repeat(NOPS)).code('ff c9').jump('0f 85', 'pass', 4); // dec ecx; jnz pass
  asm.code('8b 03 a8 01').jump('74', 'waited', 1); // mov eax, [rbx]; test al, 1; jz
  asm.code('ff ca').jump('75', 'again', 1); // dec edx; jnz
  asm.label('waited').code('89 d0 48 ab').jump('e9', 'next', 4); // mov eax, edx; stosq
  asm.label('again').jump('e9', 'wait', 4);

  addFeed(asm);

  const handlers = Object.fromEntries(opcodes.map((name) => [name, asm.address(name)]));
  return {
    code: asm.bytes(),
    handlers: handlers as Record<Opcode, bigint>,
    nmi: asm.address('nmi'),
    entry: asm.address('entry'),
  };
}

/** feed: rbx is the unit's base, rdx the size of a slot, four words follow. IQH 80, IQT 88, IQA 90, FSTS 34. */
function addFeed(asm: Assembler): void {
  asm.label('feed').code('48 8b 8b 90 00 00 00 49 89 c8 49 83 e0 07'); // mov rcx, [rbx+90]; mov r8, rcx; and r8, 7
  asm.code('48 81 e1 00 f0 ff ff'); // and rcx, -4096
  asm.code('48 8b 83 80 00 00 00 48 01 c1'); // mov rax, [rbx+80]; add rcx, rax
  asm.code('4c 8b 09 4c 8b 51 08 4c 8b 59 10 4c 8b 61 18'); // r9 to r12 keep the slot
  for (const offset of ['00', '08', '10', '18']) {
    asm.code(`4c 8b 6e ${offset} 4c 89 69 ${offset}`); // mov r13, [rsi+…]; mov [rcx+…], r13
  }
  asm.code('48 83 c6 20 48 01 d0'); // add rsi, 32; add rax, rdx
  asm.code('51 44 89 c1 ba 00 10 00 00 d3 e2 ff ca 21 d0 59'); // and eax, (4096 << r8) - 1
  asm.code('48 89 83 88 00 00 00'); // mov [rbx+88], rax
  asm.code('ba').imm32(BigInt(INVALIDATION_ERRORS)).code('89 53 34'); // mov [rbx+34], errors
  asm.code('48 89 83 88 00 00 00'); // mov [rbx+88], rax
  asm.code('4c 89 09 4c 89 51 08 4c 89 59 10 4c 89 61 18'); // the slot as it was
  asm.jump('e9', 'next', 4);
}
