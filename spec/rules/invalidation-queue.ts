/** Rules of area `invalidation`: the queue, its errors, and wait descriptors. */
import { queueModes } from '../invalidation/modes.ts';
import type { Rule } from '../rule.ts';
import { local, rule } from './invalidation-rule.ts';

const modes: readonly Rule[] = queueModes.map(({ rule: id, ttm, width, types }) =>
  rule(
    local(id),
    '6.5.2.11, Table 26',
    types.length === 0
      ? `Under TTM ${ttm} a queue of ${width}-bit slots takes no descriptor.`
      : `Under TTM ${ttm} a queue of ${width}-bit slots takes descriptors of types ${types.join(', ')}.`,
  ),
);

const unseen = {
  unreachable: 'Seen only between steps of a stream, which end when the unit has come to rest.',
};

export const queue: readonly Rule[] = [
  rule('queue.head', '6.5.2, 11.4.9.1', 'IQH moves over each descriptor that was fetched and found valid.'),
  rule('queue.tail', '11.4.9.2', 'IQT holds what software wrote there, and nothing else changes it.', {
    note: 'Bit 4, which is an error where slots have 256 bits, is reserved there and may read as 0.',
  }),
  rule('queue.address', '11.4.9.3', 'IQA holds what software wrote there.'),
  rule('queue.wrap', '6.5.2', 'After the last slot the head goes on at the first.'),
  rule('queue.empty', '6.5.2', 'With head and tail equal nothing is fetched.'),
  rule('queue.enable', '6.5.2, 11.4.4', 'QIE makes the unit fetch, and QIES says so.'),
  rule('queue.disable', '6.5.2, 11.4.4', 'Clearing QIE stops the queue and puts its head to 0.'),
  rule('queue.off', '6.5.2', 'Nothing is fetched from a queue that is not enabled.'),
  rule('queue.tail-beyond', '11.4.9.9', 'A tail that lies outside of the queue is an error (IQEI 1).'),
  rule(
    'queue.tail-alignment',
    '11.4.9.9',
    'A tail with bit 4 set is an error where slots have 256 bits (IQEI 6).',
  ),
  rule('queue.fetch-error', '11.4.9.9', 'A descriptor that memory does not give is an error (IQEI 2).'),
  rule(
    'queue.width',
    '6.5.2.11, 11.4.9.9',
    'A queue of 256-bit slots is an error on a unit with neither scalable nor abort-DMA mode (IQEI 5).',
  ),
  rule('queue.invalid-type', '11.4.9.9', 'A descriptor of a type that nobody defined is an error (IQEI 3).'),
  rule(
    'queue.wide-slots',
    '6.5.2',
    'The upper half of a 256-bit slot is zero where the descriptor has 128 bits.',
    { note: 'Which code reports it is not stated: 3 and 4 are allowed.' },
  ),
  ...modes,
  rule(
    'queue.stays-at-error',
    '6.5.2.11, 11.4.9.9',
    'After an error the head stays at the descriptor that made it.',
  ),
  rule(
    'queue.no-fetch-while-error',
    '6.5.2',
    'While IQE is set nothing is fetched, whatever is written to IQT.',
  ),
  rule('queue.recovery', '6.5.2', 'Once IQE is cleared the unit fetches again, from the head on.'),
  rule('queue.error-code', '11.4.9.9', 'While IQE is set IQERCD says why, or that it does not know.', {
    note: 'Code 0 is what older hardware reports.',
  }),
];

export const wait: readonly Rule[] = [
  rule('wait.status', '6.5.2.9', 'A wait with SW writes its status data, 32 bits, to its status address.'),
  rule('wait.address-width', '6.5.2.9', 'Bits of the status address above HAW are ignored.'),
  rule('wait.no-status', '6.5.2.9', 'A wait without SW writes nothing.'),
  rule(
    'wait.order',
    '6.5.2.9, 6.5.2.12',
    'Behind a wait with FN, or one that has completed, waits complete later: the last status written to a word stays.',
    {
      note: 'A wait without FN need not complete before those behind it: a wait completes after what lies between it and the wait before it.',
    },
  ),
  rule('wait.interrupt', '6.5.2.9, 11.4.9.4', 'A wait with IF sets IWC when it completes.'),
  rule('wait.no-interrupt', '6.5.2.9', 'A wait without IF leaves IWC as it is.'),
  rule(
    'wait.interrupt-pending',
    '6.5.2.10, 11.4.9.5',
    'When a wait sets IWC while IM masks the event, IP tells that it is pending.',
  ),
  rule(
    'wait.interrupt-sent',
    '6.5.2.10, 11.4.9.5',
    'An event that is not masked is sent, and IP is clear again.',
  ),
  rule('wait.interrupt-once', '6.5.2.9', 'A wait that finds IWC set makes no second event.'),
  rule('wait.interrupt-dropped', '6.5.2.10, 11.4.9.5', 'Clearing IWC drops an event that is pending.'),
  rule('wait.interrupt-unmasked', '6.5.2.10, 11.4.9.5', 'Clearing IM sends an event that is pending.'),
  rule('wait.nothing', '6.5.2.9', 'A wait that asks for nothing is taken, or refused.', {
    level: 'may',
    note: 'D14: that SW, IF and FN are all clear is not declared invalid; QEMU refuses it.',
  }),
  rule('wait.fence', '6.5.2.9', 'Nothing behind a wait with FN is done before it completes.', unseen),
  rule(
    'wait.page-drain',
    '6.5.2.9, 7.7',
    'A wait with PD completes after the page requests of all PASIDs are in the queue.',
    unseen,
  ),
  rule('wait.completes', '6.5.2.9', 'After a wait has completed all that was queued ahead of it is done.', {
    note: 'What is answered from a dropped entry is blamed on the cell of the match table that drops it.',
    unreachable: 'Each breach of it is a breach of a cell of the match tables.',
  }),
];
