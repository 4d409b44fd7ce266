/** How the plain drawings of some areas are read. */
import type { Area } from '../../spec/schema.ts';

export const legends: Readonly<Partial<Record<Area, string>>> = {
  binding:
    'Numbered lines are what the guest does; below each, indented and numbered too, the calls that the host was asked for. A parent is a second-stage table of the host, a nested table a first stage of the guest over it.',
  'domain-replace':
    'Numbered lines are requests to the driver; below each what it did then. A quantum is a piece of the entry that one store writes: 128 bits, its higher word first. 0x1000/4 are tables at 0x1000 with 4 levels.',
  'smmu-nesting':
    'Numbered lines are what the guest does; below each how many commands were consumed, and the calls that the host was asked for. Commands and entries have their highest word first.',
  invalidation:
    'Below each step: what may be answered, what was, what it stored, how the queue stands, and what caches may still hold of what memory held before. “memory” is what the tables say at that moment, “may be stale” comes from an entry that may be cached, “dropped” from one that the rule in parentheses says is gone.',
  'page-walk':
    'First what a walk of the range reads, level by level; then the calls of the hook that this leads to, beside those that were made.',
};
