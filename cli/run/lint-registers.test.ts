/** What the registers of a unit say by themselves. */
import { describe, expect, test } from 'vitest';
import { insert } from '../../spec/bits.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { Profile } from '../../spec/schema.ts';
import { lintShown, lintTexts, profileText, registersText, tablesText } from './dump-text.fixture.ts';
import { legacyRow } from './machine.fixture.ts';

const legacy = namedProfile('legacy-39') as Profile;
const nested = namedProfile('nested-48') as Profile;
const remapping = { ...legacy, ecap: legacy.ecap | 8n };
/** Of devices that ask for pages. */
const asking = { ...nested, ecap: nested.ecap | (1n << 2n) | (1n << 29n) };

describe('registers', () => {
  test.for<
    readonly [string, { cap: bigint; ecap: bigint }, Readonly<Record<string, bigint>>, readonly string[]]
  >([
    [
      'of a unit at work are clean',
      nested,
      { GSTS: 0xc400_0000n, RTADDR: 0x1400n, IQA: 0x2801n, IQT: 0x20n },
      [],
    ],
    ['with a reserved mode', nested, { GSTS: 0xc000_0000n, RTADDR: 0x1800n }, ['6 RTA.1.2']],
    ['with scalable mode on a unit without', legacy, { GSTS: 0xc000_0000n, RTADDR: 0x1400n }, ['6 RTA.1.3']],
    ['with abort mode on a unit without', legacy, { GSTS: 0xc000_0000n, RTADDR: 0x1c00n }, ['6 RTA.1.1']],
    ['with reserved bits', nested, { GSTS: 0xc000_0000n, RTADDR: 0x1401n }, ['6 lint.register.reserved may']],
    [
      'with rights of second-stage entries in bits that the unit does not have',
      { ...nested, ecap: insert(nested.ecap, 57, 57, 0n) },
      { GSTS: 0xc000_0000n, RTADDR: 0x1480n },
      ['6 lint.register.reserved may'],
    ],
    [
      'with rights of second-stage entries in bits 61 and 62',
      { ...nested, ecap: insert(nested.ecap, 57, 57, 1n) },
      { GSTS: 0xc000_0000n, RTADDR: 0x1480n },
      [],
    ],
    [
      'with a table above the host address width',
      nested,
      { GSTS: 0xc000_0000n, RTADDR: (1n << 60n) | 0x1400n },
      ['6 lint.register.reserved may'],
    ],
    [
      'with reserved bits of the queue',
      nested,
      { GSTS: 0x400_0000n, IQA: 0x2808n, IQH: 1n, IQT: 1n << 20n },
      ['6 lint.register.reserved may', '7 lint.register.reserved may', '8 lint.register.reserved may'],
    ],
    [
      'with an interrupt table above the host address width, and a queue of page requests there',
      { ...nested, ecap: nested.ecap | 8n },
      { GSTS: 0x300_0000n, IRTA: 1n << 60n, PQA: 1n << 60n },
      ['6 lint.register.reserved may', '7 lint.register.reserved may'],
    ],
    [
      'with reserved bits in its status, and that of faults',
      nested,
      { GSTS: 1n, FSTS: 1n << 16n, ICS: 2n, PRS: 4n },
      [5, 6, 7, 8].map((line) => `${line} lint.register.reserved may`),
    ],
    ['with bits of event control that are kept as they were found', nested, { FECTL: 1n, PECTL: 1n }, []],
    [
      'with the status of a fault log',
      { ...legacy, cap: legacy.cap | 8n },
      { GSTS: 0x3000_0000n, FSTS: 0xcn },
      [],
    ],
    [
      'with the status of a fault log on a unit without',
      legacy,
      { GSTS: 0x3000_0000n, FSTS: 0xcn },
      ['5 lint.register.reserved may', '6 lint.register.reserved may'],
    ],
    [
      'with reserved bits of the queue of page requests',
      { ...nested, ecap: nested.ecap | (1n << 29n) },
      { PQH: 1n, PQT: 1n << 19n, PQA: 8n },
      [5, 6, 7].map((line) => `${line} lint.register.reserved may`),
    ],
    [
      'with extended interrupt mode on a unit without',
      { ...nested, ecap: insert(nested.ecap, 4, 3, 1n) },
      { GSTS: 0x300_0000n, IRTA: 0x1800n },
      ['6 lint.register.reserved may'],
    ],
    [
      'with extended interrupt mode',
      { ...nested, ecap: insert(nested.ecap, 4, 3, 3n) },
      { GSTS: 0x300_0000n, IRTA: 0x1800n },
      [],
    ],
    [
      'with a guest address width of one bit',
      { ...nested, cap: insert(nested.cap, 21, 16, 0n) },
      {},
      ['3 lint.register.capability may'],
    ],
    ['with a reserved ND', { ...nested, cap: nested.cap | 7n }, {}, ['3 lint.register.capability may']],
    [
      'with pages of 1 GiB and none of 2 MiB',
      { ...nested, cap: insert(nested.cap, 37, 34, 2n) },
      {},
      ['3 lint.register.capability may'],
    ],
    ['with the large pages of older revisions', { ...nested, cap: insert(nested.cap, 37, 34, 15n) }, {}, []],
    ['with a fault in its last record', nested, { FSTS: 2n }, []],
    ['with a fault behind its last record', nested, { FSTS: 0x102n }, ['5 lint.register.fault-index may']],
    ['with an index and no fault', nested, { FSTS: 0x100n }, []],
    [
      'with two widths that nobody has had for long',
      { ...nested, cap: nested.cap | (1n << 8n) },
      {},
      ['3 lint.register.capability may'],
    ],
    ['with widths of old revisions, on a unit of old', { ...legacy, cap: legacy.cap | (1n << 8n) }, {}, []],
    [
      'with privileged requests in RID_PRIV and nowhere else',
      { ...nested, ecap: insert(insert(nested.ecap, 53, 53, 1n), 31, 31, 0n) },
      {},
      ['4 lint.register.capability may'],
    ],
    [
      'with the PASIDs of extended mode, on a unit of old',
      { ...legacy, ecap: legacy.ecap | (1n << 40n) },
      {},
      [],
    ],
    ['of the version with reserved bits', nested, { VER: 0x160n }, ['5 lint.register.reserved may']],
    ['with a message to half a place', nested, { FEADDR: 0xfee0_1002n }, ['5 lint.register.reserved may']],
    [
      'with a write buffer flush that it does not need',
      nested,
      { GSTS: 0x800_0000n },
      ['5 lint.register.status may'],
    ],
    [
      'with a write buffer flush under way on a unit that needs it',
      { ...legacy, cap: legacy.cap | (1n << 4n) },
      { GSTS: 0x800_0000n },
      [],
    ],
    [
      'with protected memory that it does not have',
      { ...legacy, cap: legacy.cap & ~0x60n },
      { PMEN: 0x8000_0001n },
      ['5 lint.register.status may'],
    ],
    [
      'with protected memory that it does not have, which is being turned off',
      { ...legacy, cap: legacy.cap & ~0x60n },
      { PMEN: 1n },
      ['5 lint.register.status may'],
    ],
    [
      'with protected memory that it does not have, which is being turned on',
      { ...legacy, cap: legacy.cap & ~0x60n },
      { PMEN: 0x8000_0000n },
      ['5 lint.register.status may'],
    ],
    ['with protected memory', { ...legacy, cap: legacy.cap | 0x20n }, { PMEN: 0x8000_0001n }, []],
    [
      'with translation and a root table at 0',
      legacy,
      { GSTS: 0xc000_0000n, RTADDR: 0n },
      ['6 lint.register.status may'],
    ],
    [
      'with abort mode, which has no root table',
      { ...nested, ecap: insert(nested.ecap, 52, 52, 1n) },
      { GSTS: 0xc000_0000n, RTADDR: 0xc00n },
      [],
    ],
    [
      'with interrupt remapping and a table at 0',
      remapping,
      { GSTS: 0x300_0000n, IRTA: 0xfn },
      ['6 lint.register.status may'],
    ],
    ['with a queue at 0', legacy, { GSTS: 0x400_0000n, IQA: 0n, IQT: 0n }, ['6 lint.register.status may']],
    [
      'with a message of faults outside of the interrupt range',
      nested,
      { FECTL: 0n, FEADDR: 0x1234_5000n },
      ['6 lint.register.event may'],
    ],
    ['with a message of faults', nested, { FECTL: 0n, FEADDR: 0xfee0_1000n }, []],
    ['with a masked message of faults', nested, { FECTL: 0x8000_0000n, FEADDR: 0x1234_5000n }, []],
    ['with page requests that it does not have', legacy, { PRS: 1n }, ['5 lint.register.status may']],
    ['with page requests that were lost', asking, { PRS: 3n }, ['5 lint.page-requests may']],
    [
      'with page requests behind their queue',
      asking,
      { PQH: 0x2000n, PQT: 0x1fe0n, PQA: 0x1_0001n },
      ['5 lint.page-requests may'],
    ],
    [
      'with a message of page requests outside of the interrupt range',
      asking,
      { PECTL: 0n, PEADDR: 0x1000n },
      ['6 lint.register.event may'],
    ],
    ['with a message of page requests, on a unit without', legacy, { PECTL: 0n, PEADDR: 0x1000n }, []],
    ['with a reserved mode, but no translation', nested, { GSTS: 0n, RTADDR: 0x1800n }, []],
    [
      'with a wide queue on a unit without',
      legacy,
      { GSTS: 0x400_0000n, IQA: 0x2801n, IQT: 0n },
      ['6 invalidation.queue.width'],
    ],
    [
      'with a narrow queue in scalable mode',
      nested,
      { GSTS: 0x400_0000n, RTADDR: 0x400n, IQA: 0x2000n, IQT: 0n },
      ['7 invalidation.queue.mode.scalable-128'],
    ],
    [
      'with a tail behind the queue',
      nested,
      { GSTS: 0x400_0000n, IQA: 0x2800n, IQT: 0x1000n },
      ['7 invalidation.queue.tail-beyond'],
    ],
    [
      'with a tail within a slot',
      nested,
      { GSTS: 0x400_0000n, IQA: 0x2800n, IQT: 0x10n },
      ['7 invalidation.queue.tail-alignment'],
    ],
  ])('%s', ([, profile, more, expected]) => {
    expect(lintTexts({ a: profileText(profile, more) })).toEqual(expected);
  });

  test('that break off before CAP and ECAP are a file that is cut off', () => {
    expect(lintTexts({ a: registersText('dmar0', { GSTS: 0n }) })).toEqual([
      'a breaks off: the registers of dmar0 have no CAP and ECAP',
    ]);
  });

  test('of a unit that is gone tell nothing: that and the default profile are named', () => {
    const ones = (1n << 64n) - 1n;
    const a = profileText({ cap: ones, ecap: ones }, { GSTS: ones >> 32n, IQA: ones });
    expect(lintTexts({ a })).toEqual(['3 lint.register.capability may']);
    expect(lintShown({ a })).toMatch(
      /all ones: no register answered[\s\S]*\ndmar0: CAP or ECAP is no answer of a unit, so checked under the default profile everything/,
    );
  });

  test('of a unit in extended mode, from before scalable mode, say that its tables are not judged', () => {
    const texts = {
      a: profileText(
        { cap: legacy.cap, ecap: legacy.ecap | (1n << 24n) },
        { GSTS: 0xc000_0000n, RTADDR: 0x1800n },
      ),
      b: tablesText('dmar0', [{ ...legacyRow(legacy, 0x10, 1, 0), context: [0xff1n, 0n] }]),
    };
    expect(lintTexts(texts)).toEqual([]);
    expect(lintShown(texts)).toMatch(/in extended mode/);
  });
});
