/**
 * A finding against QEMU as a script that needs nothing of this project: Python's own library starts the same machine
 * as the adapter, does the same operations over qtest, prints what came, and exits 1 when the bug is there.
 */
import * as v from 'valibot';
import { ruleOf } from '../../../spec/catalogue.ts';
import { requester, shortHex } from '../../../spec/hex.ts';
import { type Finding, observationSchemas } from '../../../spec/schema.ts';
import { isAboutChance } from '../../../suites/core/repeat.ts';
import { printable } from '../../process/printable.ts';
import { configurations, formerNames } from '../configuration.ts';
import { HIGH_RAM, LOW_RAM_SIZE, MARKER_TAG, OBSERVED, SCRATCH } from '../layout.ts';
import { machineArguments } from '../machine-arguments.ts';
import { requesterCommands, requesters } from '../pci.ts';
import { faultRecordingAddresses } from '../registers.ts';
import { namedRegisters, operationLines } from './operation-lines.ts';
import { ownMemory } from './own-memory.ts';
import { machinePart } from './python.ts';
import { type Told, toldOf } from './told.ts';

/** Options of the unit as a finding's profile names them; nothing that would be another option of QEMU. */
const unitOptions = /^qemu-([\w.=,-]+)$/;
/** The firmware of a machine opens these to RAM: PAM 0 to 3 of the host bridge. */
const OPEN_LOW_RAM = ['outl 0xcf8 0x80000090', 'outl 0xcfc 0x33333300'];

/** Undefined for a finding of another implementation, and for one that no single answer shows. */
export function qtestScript(finding: Finding): string | undefined {
  const { case: testCase } = finding;
  const unit = unitOf(finding);
  if (unit === undefined || (testCase.area !== 'translation' && testCase.area !== 'invalidation'))
    return undefined;
  const parsed = v.safeParse(observationSchemas[testCase.area], finding.observation);
  const told = toldOf(finding, testCase, parsed.success ? parsed.output : undefined);
  if (told === undefined) return undefined;
  const { cap, ecap } = testCase.profile;
  return [
    ...heading(finding),
    'import os, shutil, signal, struct, subprocess, sys, tempfile, time',
    '',
    ...data(unit, { cap, ecap }, told.expectDeath),
    '',
    machinePart,
    '',
    '# The case, as it was found.',
    ...operationLines(told.operations, { cap, ecap }),
    '',
    ...judged(told, finding),
  ].join('\n');
}

/** Why a finding against QEMU has no script, in a sentence; undefined for another implementation. */
export function whyNoScript(finding: Finding): string | undefined {
  if (unitOf(finding) === undefined) return undefined;
  return isAboutChance(finding.area, finding.rule)
    ? 'It comes by chance: a script that asks once need not meet it.'
    : 'No single answer shows it, so a script has nothing to judge by.';
}

/** Options of the unit that QEMU was started with. */
function unitOf({ implementation, case: { profile } }: Finding): string | undefined {
  if (!implementation.startsWith('qemu')) return undefined;
  return (
    configurations.find(({ name }) => name === profile.name)?.unit ?? unitOptions.exec(profile.name)?.[1]
  );
}

function heading({ rule, level, expected, observed, implementation, case: { profile } }: Finding): string[] {
  const known = ruleOf(rule);
  return [
    '#!/usr/bin/env python3',
    ...[
      `${rule}, ${level}: ${known?.statement ?? ''} (${known?.clause ?? ''})`,
      `found in ${implementation}, ${profile.name}`,
      `expected: ${expected}`,
      `observed: ${observed}`,
      '',
      'usage: python3 THIS-FILE [qemu-system-x86_64]     needs QEMU and Python 3, nothing else',
      'exit status: 1 the bug is there, 0 it is not, 2 it could not be tried',
    ].map((text) => `# ${oneLine(text)}`.trimEnd()),
  ];
}

function oneLine(text: string): string {
  return printable(text).replaceAll(/\s+/g, ' ');
}

function data(unit: string, capabilities: { cap: bigint; ecap: bigint }, expectDeath: boolean): string[] {
  const blocks = [
    ['low', 0n, BigInt(LOW_RAM_SIZE)],
    ['high', HIGH_RAM.start, BigInt(HIGH_RAM.size)],
    ['scratch', SCRATCH.start, BigInt(SCRATCH.size)],
  ] as const;
  const sizes = OBSERVED.map(({ start, end }) => `(${shortHex(start)}, ${shortHex(end - start)})`);
  return [
    `EXPECT_DEATH = ${expectDeath ? 'True' : 'False'}`,
    '# Registers of the unit.',
    ...namedRegisters(capabilities).map(([name, address]) => `${name} = ${shortHex(address)}`),
    `RECORDS = [${faultRecordingAddresses(capabilities.cap).map(shortHex).join(', ')}]`,
    '# BAR 0 of each edu device.',
    `EDU = {${requesters.map(({ sourceId, bar }) => `"${requester(sourceId)}": ${shortHex(bar)}`).join(', ')}}`,
    '# Memory of the machine, and what of it the case may reach: there every word holds its address under a tag.',
    `BLOCKS = [${blocks.map(([name, start, size]) => `("${name}", ${shortHex(start)}, ${shortHex(size)})`).join(', ')}]`,
    `TAG = ${shortHex(MARKER_TAG)}`,
    `OBSERVED_SIZES = [${sizes.join(', ')}]`,
    'OBSERVED = [(start, start + size) for start, size in OBSERVED_SIZES]',
    '# Tables through which the script fills and empties the buffers of the devices, and what it fills them with.',
    'MEMORY = [',
    ...ownMemory(capabilities).map((line) => `    ${line}`),
    ']',
    'ARGUMENTS = [',
    ...argumentsOf(unit).map((argument) => `    ${JSON.stringify(argument)},`),
    ']',
    '# Options of the unit, and what they were called before QEMU 11.',
    `FORMER_NAMES = ${JSON.stringify(formerNames)}`,
    '# Bus numbers, windows and addresses: no firmware runs.',
    'SET_UP = [',
    ...[...OPEN_LOW_RAM, ...requesterCommands()].map((command) => `    "${command}",`),
    ']',
  ];
}

function argumentsOf(unit: string): readonly string[] {
  const time = ['-accel', 'tcg', '-icount', 'shift=10,sleep=off'];
  return [...time, '-qtest', 'stdio', ...machineArguments({ unit }, 'FOLDER')];
}

function judged({ came, allowed }: Told, { expected }: Finding): string[] {
  const wanted = JSON.stringify(oneLine(expected));
  return [
    'came = [',
    ...came.map(({ name, python }) => `    (${JSON.stringify(name)}, ${python}),`),
    ']',
    'for name, answer in came:',
    '    print("%s: %s" % (name, answer))',
    `print("expected:", ${wanted})`,
    `is_right = ${allowed}`,
    'if is_right:',
    '    stop(0, "no bug: this is what the architecture allows")',
    'stop(1, "BUG: this is not what the architecture allows")',
    '',
  ];
}
