/**
 * The fields of valid entries by name. Numbers are shifted down to bit 0, pointers keep their place; fields
 * that the translation type leaves unused are left out.
 */
type Fields = Record<string, bigint>;

const POINTER = 0xffff_ffff_ffff_f000n;

const flag = (half: number, bit: number): bigint => (((half >>> bit) & 1) === 1 ? 1n : 0n);

/** Table pointer in bits 63:12. */
export function pointerOf(word: bigint): bigint {
  return word & POINTER;
}

/** Legacy context entry; `e` are its 32-bit halves. */
export function contextFields(words: readonly bigint[], e: Uint32Array): Fields {
  const type = ((e[0] as number) >>> 2) & 3;
  const upper = e[2] as number;
  const fields: Fields = { TT: BigInt(type), DID: BigInt((upper >>> 8) & 0xffff) };
  if (type !== 2) {
    fields['SSPTPTR'] = pointerOf(words[0] as bigint);
    fields['AW'] = BigInt(upper & 7);
  }
  return fields;
}

/** Scalable context entry. */
export function scalableContextFields(words: readonly bigint[], e: Uint32Array): Fields {
  const low = e[0] as number;
  const requester = e[2] as number;
  return {
    DTE: flag(low, 2),
    PASIDE: flag(low, 3),
    PRE: flag(low, 4),
    HPTE: flag(low, 5),
    EPTR: flag(low, 6),
    PDTS: BigInt((low >>> 9) & 7),
    PASIDDIRPTR: pointerOf(words[0] as bigint),
    RID_PASID: BigInt(requester & 0xf_ffff),
    RID_PRIV: flag(requester, 20),
  };
}

/** PASID table entry. */
export function pasidFields(words: readonly bigint[], e: Uint32Array): Fields {
  const low = e[0] as number;
  const second = e[2] as number;
  const third = e[4] as number;
  const fifth = e[8] as number;
  const type = (low >>> 6) & 7;
  const fields: Fields = {
    PGTT: BigInt(type),
    DID: BigInt(second & 0xffff),
    PWSNP: flag(second, 23),
    PGSNP: flag(second, 24),
    CD: flag(second, 25),
    PAT: BigInt(e[3] as number),
    SRE: flag(third, 0),
    HPTSZ: BigInt(fifth & 3),
    HPTPFD: flag(fifth, 2),
    HPTPTR: pointerOf(words[4] as bigint),
    HPTDID: BigInt((e[10] as number) & 0xffff),
  };
  if (type === 2 || type === 3) {
    fields['AW'] = BigInt((low >>> 2) & 7);
    fields['SSADE'] = flag(low, 9);
    fields['SSPTPTR'] = pointerOf(words[0] as bigint);
    fields['EMTE'] = flag(second, 26);
  }
  if (type === 1 || type === 3) {
    fields['FSPM'] = BigInt((third >>> 2) & 3);
    fields['WPE'] = flag(third, 4);
    fields['EAFE'] = flag(third, 7);
    fields['FSPTPTR'] = pointerOf(words[2] as bigint);
  }
  return fields;
}
