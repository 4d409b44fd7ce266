/** Edits of what the reference does in the last request of a case, and what is said of it then. */
import { runDomainReplace } from '../../models/reference/domain-replace/run.ts';
import type { DomainReplaceCase, DriverAction } from '../../spec/schema.ts';
import { blamed, remarked, submit, wait } from './hand-made.fixture.ts';

export type Edit = (actions: readonly DriverAction[]) => readonly DriverAction[];
/** What is said of a case, edit by edit: its name, the case, the edit, the rule and aspect that is blamed. */
export type Row = [string, DomainReplaceCase, Edit, string];

/** The low bits of a descriptor say its type. */
export const [IOTLB, DEVICE_TLB, WAIT, PASID_IOTLB, PASID_CACHE, PASID_DEVICE_TLB] = [2, 3, 5, 6, 7, 8];

export const is = (type: number) => (action: DriverAction) =>
  action.do === 'invalidate' && Number((action.descriptor[0] ?? 0n) & 15n) === type;

export const same: Edit = (actions) => actions;
export const nothing: Edit = () => [];

export const without =
  (type: number): Edit =>
  (actions) =>
    actions.filter((one) => !is(type)(one));

export const withoutAll =
  (kind: DriverAction['do']): Edit =>
  (actions) =>
    actions.filter((one) => one.do !== kind);

export const editedStore =
  (quantum: number, edit: (low: bigint, high: bigint) => [bigint, bigint]): Edit =>
  (actions) =>
    actions.map((one) =>
      one.do === 'store' && one.quantum === quantum
        ? { ...one, value: edit(one.value[0] ?? 0n, one.value[1] ?? 0n) }
        : one,
    );

export const replaced =
  (type: number, descriptor: bigint[]): Edit =>
  (actions) =>
    actions.map((one) => (is(type)(one) ? submit(descriptor) : one));

/** All of `type` ahead of the first of `before`, and waited for. */
export const first =
  (type: number, before: number): Edit =>
  (actions) => {
    const rest = without(type)(actions);
    return rest.toSpliced(rest.findIndex(is(before)), 0, ...actions.filter(is(type)), wait);
  };

/** The rule and aspect that is blamed, and the remarks. */
export function judged(
  testCase: DomainReplaceCase,
  edit: Edit,
  failed = false,
): { readonly blamed: string; readonly remarks: readonly string[] } {
  const { requests } = runDomainReplace(testCase);
  const last = requests.length - 1;
  const report = requests[last] ?? { actions: [] };
  const edited = { ...report, actions: [...edit(report.actions)], ...(failed ? { failed } : {}) };
  const observation = { requests: requests.with(last, edited) };
  return { blamed: blamed(testCase, observation), remarks: remarked(testCase, observation) };
}
