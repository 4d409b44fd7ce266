/** A domain-replace case in short, and a driver's actions one a line under the request that they serve. */
import type {
  DomainReplaceCase,
  DomainReplaceObservation,
  DomainRequest,
  DriverAction,
} from '../spec/schema.ts';
import { descriptorLine } from './descriptor-line.ts';
import { requester, shortHex } from './hex.ts';

type Domain = DomainReplaceCase['domains'][number];

export function domainReplaceLines({
  requests,
  failing,
  domains,
  devices,
}: DomainReplaceCase): readonly string[] {
  return [
    ...requests.map((request, index) => `${number(index)}  ${requestText(request)}`),
    ...(failing.length > 0 ? [`requests in which what may fail does: ${failing.join(', ')}`] : []),
    ...domains.map((domain, index) => `domain ${index}: ${domainText(domain)}`),
    ...devices.map(
      ({ sourceId, ats, pageRequests }, index) =>
        `device ${index} ${requester(sourceId)}: ${ats ? 'ATS' : 'no ATS'}${pageRequests ? ', page requests' : ''}`,
    ),
  ];
}

export function domainReplaceDrawing(
  { requests }: DomainReplaceCase,
  observation: DomainReplaceObservation | null,
): readonly string[] {
  return requests.flatMap((request, index) => {
    const report = observation?.requests[index];
    return [
      `${number(index)}  ${requestText(request)}`,
      ...(report?.actions ?? []).map((action) => `       ${actionText(action)}`),
      ...(report?.failed === true ? ['       error reported'] : []),
    ];
  });
}

function requestText(request: DomainRequest): string {
  switch (request.request) {
    case 'attach':
      return `attach ${place(request)} to domain ${request.domain}`;
    case 'detach':
      return `detach ${place(request)}`;
    case 'release':
      return `release domain ${request.domain}`;
    case 'track-dirty':
      return `track writes of domain ${request.domain}: ${onOrOff(request.on)}`;
    case 'ats':
      return atsText(request);
  }
}

function atsText({ device, on }: { readonly device: number; readonly on: boolean }): string {
  return `ATS of device ${device}: ${onOrOff(on)}`;
}

function onOrOff(on: boolean): string {
  return on ? 'on' : 'off';
}

function domainText(domain: Domain): string {
  if (domain.kind === 'pass-through') return domain.kind;
  const over = domain.kind === 'nested' ? ` over domain ${domain.parent}` : '';
  return `${domain.kind} ${shortHex(domain.table)}, ${domain.levels} levels${over}`;
}

function actionText(action: DriverAction): string {
  switch (action.do) {
    case 'store': {
      const value = action.value.toReversed().map(shortHex).join(':');
      return `store ${place(action)} quantum ${action.quantum} = ${value}`;
    }
    case 'flush-line':
      return `flush the line of ${place(action)}`;
    case 'invalidate':
      return descriptorLine(action.descriptor);
    case 'wait':
      return 'wait';
    case 'ats':
      return atsText(action);
  }
}

function place({ device, pasid }: { readonly device: number; readonly pasid?: number | undefined }): string {
  return `device ${device}${pasid === undefined ? '' : ` PASID ${shortHex(BigInt(pasid))}`}`;
}

function number(index: number): string {
  return String(index).padStart(3);
}
