/** What a profile means to the reference model: capabilities by name and the layouts worked out, once. */
import { type Capabilities, decodeCapabilities } from '../../spec/capabilities.ts';
import { firstStageLayouts } from '../../spec/layouts/first-stage.ts';
import { hostPermissionLayouts } from '../../spec/layouts/host-permission.ts';
import { entryLayouts } from '../../spec/layouts/index.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { resolveLayout } from '../../spec/layouts/resolve.ts';
import { secondStageLayouts } from '../../spec/layouts/second-stage.ts';
import { type EntryFormat, entryFormats } from '../../spec/names.ts';
import type { Profile } from '../../spec/schema.ts';
import { type EntryTable, entryTable } from './entry-table.ts';
import { type MasksByLayout, pagingMasks } from './paging-masks.ts';

export interface Unit {
  readonly profile: Profile;
  readonly capabilities: Capabilities;
  readonly entries: Readonly<Record<EntryFormat, EntryTable>>;
  readonly firstStage: MasksByLayout;
  /** Without and with accessed and dirty flags (SSADE). */
  readonly secondStage: MasksByLayout;
  readonly secondStageWithFlags: MasksByLayout;
  /** Of host permission entries, by layout: one mask a word, of bits that must be zero. */
  readonly hostPermission: ReadonlyMap<Layout, readonly bigint[]>;
}

const units = new WeakMap<Profile, Unit>();

/** The unit that `profile` describes; kept for as long as the profile object lives. */
export function unitOf(profile: Profile): Unit {
  let unit = units.get(profile);
  if (unit === undefined) {
    const formats = Object.keys(entryFormats) as EntryFormat[];
    unit = {
      profile,
      capabilities: decodeCapabilities(profile),
      entries: Object.fromEntries(
        formats.map((format) => [format, entryTable(entryLayouts[format], profile)]),
      ) as Record<EntryFormat, EntryTable>,
      firstStage: pagingMasks(firstStageLayouts, profile),
      secondStage: pagingMasks(secondStageLayouts, profile),
      secondStageWithFlags: pagingMasks(secondStageLayouts, profile, true),
      hostPermission: new Map(
        Object.values(hostPermissionLayouts).map((layout) => [
          layout,
          resolveLayout(layout, profile).reserved,
        ]),
      ),
    };
    units.set(profile, unit);
  }
  return unit;
}
