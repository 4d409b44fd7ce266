/** Steps that give a request a lower PASID and move its directory and table entries along. */
import type { MemoryRun, Request, TranslationCase } from '../../spec/schema.ts';
import { pageOf } from './simpler-places.ts';

const SCALABLE = 0x400n;

/** Cases in which one request has a lower PASID. */
export function* lowerPasids(testCase: TranslationCase): Iterable<TranslationCase> {
  if ((testCase.rtaddr & SCALABLE) === 0n) return;
  for (const request of testCase.requests) {
    const from = request.pasid ?? 0;
    for (const to of new Set([0, 1, from & 0x3f, from & 0x40, from & 0xf_ffc0])) {
      if (to < from) yield withPasid(testCase, request, from, to);
    }
  }
}

/** Cases in which a request comes without its PASID, and what that led to lies where RID_PASID 0 leads. */
export function* withoutPasids(testCase: TranslationCase): Iterable<TranslationCase> {
  if ((testCase.rtaddr & SCALABLE) === 0n) return;
  for (const [index, request] of testCase.requests.entries()) {
    if (request.pasid === undefined || request.pasid === 0) continue;
    const moved = withPasid(testCase, request, request.pasid, 0);
    const { pasid: _, privileged: __, ...plain } = request;
    yield { ...moved, requests: moved.requests.with(index, plain) };
  }
}

function withPasid(testCase: TranslationCase, request: Request, from: number, to: number): TranslationCase {
  const { memory } = testCase;
  const directory = directoryOf(testCase, request.sourceId);
  const entryOf = (pasid: number): bigint => directory + 8n * BigInt(pasid >> 6);
  const table = pageOf(at(memory, entryOf(from))?.words[0] ?? 0n);
  const tableEntryOf = (pasid: number): bigint => table + 64n * BigInt(pasid & 63);
  const moves = new Map([
    [entryOf(from), entryOf(to)],
    [tableEntryOf(from), tableEntryOf(to)],
  ]);
  return {
    ...testCase,
    memory: memory.map((run) => ({ ...run, address: moves.get(run.address) ?? run.address })),
    requests: testCase.requests.map((other) =>
      other.sourceId === request.sourceId && other.pasid === from ? { ...other, pasid: to } : other,
    ),
  };
}

/** Address of the PASID directory of a requester, 0 when there is none. */
function directoryOf({ rtaddr, memory }: TranslationCase, sourceId: number): bigint {
  const half = (sourceId & 0x80) === 0 ? 0n : 8n;
  const root = at(memory, pageOf(rtaddr) + 16n * BigInt(sourceId >> 8) + half);
  const context = at(memory, pageOf(root?.words[0] ?? 0n) + 32n * BigInt(sourceId & 0x7f));
  return pageOf(context?.words[0] ?? 0n);
}

function at(memory: readonly MemoryRun[], address: bigint): MemoryRun | undefined {
  return memory.find((run) => run.address === address);
}
