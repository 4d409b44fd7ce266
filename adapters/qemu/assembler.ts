/**
 * Just enough of an assembler for the adapter's own guest program (guest-program.ts): bytes, labels,
 * and references to labels that are patched when everything is placed.
 */

export class Assembler {
  readonly #bytes: number[] = [];
  readonly #labels = new Map<string, number>();
  readonly #patches: { readonly at: number; readonly label: string; readonly size: 1 | 2 | 4 }[] = [];
  readonly #origin: bigint;

  /** `origin`: the address at which the first byte will run. */
  constructor(origin: bigint) {
    this.#origin = origin;
  }

  /** Emits machine code as hexadecimal text; blanks are for the reader. */
  code(hex: string): this {
    const digits = hex.replaceAll(' ', '');
    for (let index = 0; index < digits.length; index += 2) {
      this.#bytes.push(Number.parseInt(digits.slice(index, index + 2), 16));
    }
    return this;
  }

  /** Emits the low 32 bits of `value` as a little-endian immediate. */
  imm32(value: bigint): this {
    return this.#immediate(value, 4);
  }

  /** Emits `value` as a little-endian immediate of 64 bits. */
  imm64(value: bigint): this {
    return this.#immediate(value, 8);
  }

  label(name: string): this {
    this.#labels.set(name, this.#bytes.length);
    return this;
  }

  /** A jump or call opcode followed by the distance to `label` in `size` bytes. */
  jump(opcode: string, label: string, size: 1 | 2 | 4): this {
    this.code(opcode);
    this.#patches.push({ at: this.#bytes.length, label, size });
    for (let index = 0; index < size; index++) this.#bytes.push(0);
    return this;
  }

  /** The address of a label. Throws when there is none: a mistake in the program, not in a case. */
  address(name: string): bigint {
    const offset = this.#labels.get(name);
    if (offset === undefined) throw new Error(`no label ${name}`);
    return this.#origin + BigInt(offset);
  }

  /** The finished bytes, every reference patched. */
  bytes(): Uint8Array {
    const out = Uint8Array.from(this.#bytes);
    const view = new DataView(out.buffer);
    for (const { at, label, size } of this.#patches) {
      const distance = Number(this.address(label) - this.#origin) - (at + size);
      if (size === 1 && (distance < -128 || distance > 127)) throw new Error(`${label} is too far away`);
      if (size === 1) view.setInt8(at, distance);
      else if (size === 2) view.setInt16(at, distance, true);
      else view.setInt32(at, distance, true);
    }
    return out;
  }

  #immediate(value: bigint, size: number): this {
    for (let index = 0n; index < size; index++) this.#bytes.push(Number((value >> (8n * index)) & 0xffn));
    return this;
  }
}
