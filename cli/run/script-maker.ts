/** What makes a script of a finding against QEMU, loaded only where QEMU is checked: it brings two judges with it. */
import { isQemu } from '../../adapters/open.ts';
import type { Finding } from '../../spec/schema.ts';

/** The text of the script; undefined where a finding has none. */
export type ScriptOf = (finding: Finding) => string | undefined;

export async function scriptMaker(impl: string): Promise<ScriptOf | undefined> {
  if (!isQemu(impl)) return undefined;
  const { qtestScript } = await import('../../adapters/qemu/script/qtest-script.ts');
  return qtestScript;
}
